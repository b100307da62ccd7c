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
  // An existing one, also by its number (run_by_number()). Throws Error unless it is a folder with
  // an options.json.
  static RunDirectory open(const Path& given);

  const Path& path() const { return path_; }
  std::string name() const { return path_.filename().string(); }
  Path file(std::string_view name) const { return path_ / name; }
  Path options() const { return file("options.json"); }
  Path stats() const { return file("stats.jsonl"); }
  Path metrics() const { return file("metrics.jsonl"); }
  Path snapshots() const { return file("snapshots.jsonl"); }  // step, kimg, and its files
  Path log() const { return file("log.txt"); }
  Path events() const;  // events.out.tfevents.1796000000.gannet: seconds since 1970 at its start
  Path lock() const { return file(".lock"); }
  Path done() const { return file("DONE"); }
  Path failed() const { return file("FAILED"); }
  Path best() const;  // network-best.safetensors, a link
  // By snapshot_number(): network-000200.safetensors, fakes-000200.png.
  Path network(const std::string& number) const;
  Path fakes(const std::string& number) const;
  // Of a run that was stopped, until its next snapshot.
  Path stopped_network() const;
  Path stopped_fakes() const { return file("fakes-stopped.png"); }
  // Of a name that network() or fakes() gives: its number, "000200" or "000200_512", and thousands
  // of images, 200.512.
  static std::string number_of(const Path& file);
  static double kimg_of(const Path& file);
  Path state(int64_t step) const;  // state-00012500.safetensors

  std::vector<int64_t> states() const;  // steps, ascending
  std::vector<Path> networks() const;   // numbered ones, by images seen
  std::vector<Path> grids() const;      // fakes-*.png, numbered ones, by images seen

  // Its best network, else its newest. Throws Error where there is none.
  Path best_network() const;

  // Cuts metrics, snapshots, states and event file back to `step`, of `kimg` rounded down, and the
  // stats to `stats_step`; 0 leaves the options alone.
  void cut(int64_t step, int64_t kimg, int64_t stats_step) const;

 private:
  void cut_snapshots(int64_t step, int64_t kimg) const;

  Path path_;
};

}  // namespace gannet
