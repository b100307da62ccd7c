// The run directory: names of its files, finding and cutting them. Their contents: runs/detail.
// No torch in here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gannet/base/files.h"

namespace gannet {

class RunDirectory {
 public:
  explicit RunDirectory(Path path) : path_(std::move(path)) {}

  // A new, empty, numbered one: OUTDIR/00003-NAME. Throws Error where it cannot be made.
  static RunDirectory create(const Path& outdir, const std::string& name);
  // An existing one. Throws Error unless it is a folder with an options.json.
  static RunDirectory open(const Path& path);

  const Path& path() const { return path_; }
  std::string name() const { return path_.filename().string(); }
  Path file(std::string_view name) const { return path_ / name; }
  Path options() const { return file("options.json"); }
  Path stats() const { return file("stats.jsonl"); }
  Path metrics() const { return file("metrics.jsonl"); }
  Path log() const { return file("log.txt"); }
  Path events() const { return file("events.out.tfevents.0000000000.gannet"); }
  Path lock() const { return file(".lock"); }
  Path done() const { return file("DONE"); }
  Path failed() const { return file("FAILED"); }
  Path best() const;                 // network-best.safetensors, a link
  Path network(int64_t kimg) const;  // network-000200.safetensors
  Path fakes(int64_t kimg) const;    // fakes-000200.png
  Path state(int64_t step) const;    // state-00012500.safetensors

  std::vector<int64_t> states() const;    // steps, ascending
  std::vector<int64_t> networks() const;  // kimg, ascending

  // Its best network, else its newest. Throws Error where there is none.
  Path best_network() const;

  // Cuts stats, metrics, grids, networks, states and event file back to `step`; 0 leaves the
  // options alone. `kimg`: of that step, rounded down.
  void cut(int64_t step, int64_t kimg) const;

 private:
  Path path_;
};

}  // namespace gannet
