// The networks that may be drawn from: those of the runs, and files that were named at the start.
// No torch in here.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gannet/server/http/message.h"
#include "gannet/tools/network.h"

namespace gannet::server {

struct ListedNetwork {
  std::string id, name;
  Path file;
  std::string run;      // its id; "": of no run
  bool newest = false;  // what the run's own id stands for
};

class Networks {
 public:
  // files: what was named at the start; memory: bytes that networks which are kept open may take,
  // by so many threads together.
  Networks(Path runs, std::vector<Path> files, int64_t memory, int64_t threads, std::string device);

  // All of them: of a run the network that its id stands for, then its snapshots, the newest first.
  std::vector<ListedNetwork> list() const;
  // Throws HttpError 404.
  ListedNetwork find(const std::string& id) const;

  // By the file's header, which is read again when the file changes. Throws Error.
  NetworkAbout about(const Path& file);

  // Opened, or as it was kept: each thread has its own, which it alone draws from, and its share of
  // the memory.
  std::shared_ptr<Sampler> open(const ListedNetwork& network);

  struct Kept {
    int64_t networks = 0, bytes = 0, evicted = 0;
  };
  Kept kept() const;
  const Path& runs() const { return runs_; }
  const std::string& device() const { return device_; }

 private:
  struct Stamp {
    int64_t time = 0, bytes = 0;
    bool operator==(const Stamp&) const = default;
  };
  static Stamp stamp(const Path& file);
  void add_run(const Path& run, std::vector<ListedNetwork>& all) const;

  struct OpenNetwork {
    Path file;
    Stamp stamp;
    std::shared_ptr<Sampler> sampler;
  };
  Path runs_;
  std::vector<Path> files_;
  int64_t memory_;  // of a thread
  std::string device_;
  mutable std::mutex mutex_;  // of what follows, but each list is its thread's
  std::map<std::thread::id, std::list<OpenNetwork>> open_;  // the last used first
  std::map<std::thread::id, Kept> kept_;
  std::map<Path, std::pair<Stamp, NetworkAbout>> abouts_;
};

// The run directory of an id: the name of a folder in `runs` with a run in it, and nothing else.
// Throws HttpError 404.
Path run_folder(const Path& runs, const std::string& id);

}  // namespace gannet::server
