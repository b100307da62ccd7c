// Child processes of `gannet`: trainings that the page starts, and checks of data. Each is in a
// session of its own, so that it outlives the server; it is reaped, and named in the log.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "gannet/server/http/message.h"

namespace gannet::server {

// What a process wrote, and how it ended.
struct Outcome {
  bool ended = false;
  int status = -1;     // its exit status; 128 + the signal that ended it
  std::string output;  // of both streams, at most kMostOutput bytes
};
inline constexpr uint64_t kMostOutput = uint64_t{1} << 24;

// `gannet`'s complaint among its output: the line "gannet: ..." without that, and the hint.
struct Complaint {
  std::string error, hint;
};
Complaint complaint_of(const std::string& output);

// How a process ended; `signal` is 0 where none ended it.
struct Ending {
  int status = 0, signal = 0;
  Complaint complaint;
};

class Children {
 public:
  Children(std::string program, std::function<void(const std::string&)> log);
  ~Children();  // those that run go on

  // Starts `gannet ARGUMENTS`, at most `megabytes` of address space where that is not 0. name: for
  // the log. Throws Error where it cannot be started.
  int64_t start(const std::vector<std::string>& arguments, const std::string& name,
                uint64_t megabytes = 0);
  // Until it has ended, or `enough` of its output says so; killed after `most` (then Error).
  Outcome wait(int64_t pid, std::chrono::seconds most,
               const std::function<bool(const std::string&)>& enough = nullptr);
  // How many of these names run.
  size_t running(const std::string& name) const;
  void rename(int64_t pid, const std::string& name);  // once it is known what it does
  void forget_output(int64_t pid);                    // of what has told enough
  // Of the process of this number and name whose output was forgotten: none while it runs, and of
  // one that is not ours. One that is about to end is waited for up to `most`.
  std::optional<Ending> ending(int64_t pid, const std::string& name,
                               std::chrono::milliseconds most);
  // The server ends: nobody waits any more, checks are ended, trainings go on, which the log says.
  void end();

 private:
  struct Child {
    std::string name;
    int output = -1;
    bool ended = false;
    int status = -1, signal = 0;
    bool forgotten = false;
  };
  void reap();
  void keep_ending(int64_t pid, const Child& child);
  std::string read_output(int fd) const;

  std::string program_;
  std::function<void(const std::string&)> log_;
  mutable std::mutex mutex_;
  std::map<int64_t, Child> children_;
  struct Ended {
    int64_t pid;
    std::string name;  // numbers are given again
    Ending ending;
  };
  std::list<Ended> endings_;  // the newest first, at most kMostEndings
  bool ends_ = false;
  std::thread reaper_;
};

// Throws HttpError 422 with the complaint.
[[noreturn]] void throw_complaint(const Outcome& outcome, const std::string& what);

}  // namespace gannet::server
