// When a run's snapshots are due besides those of --snap, and the names of their files.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "gannet/runs/config.h"
#include "gannet/runs/detail/grid_figures.h"
#include "gannet/runs/directory.h"
#include "gannet/training/trainer.h"

namespace gannet {

// Early snapshots: at snap_first kimg and at twice the kimg each, up to the interval of --snap, so
// that there is something to look at early and the files stay few. Where snap_first is "auto", it
// is chosen by the speed of the first seconds and written into options.json: what follows, and all
// of a resume, is a function of the options again.
class EarlySnapshots {
 public:
  // The references must outlive it.
  EarlySnapshots(const RunDirectory& run, Config& config) : run_(run), config_(config) {}

  // `seconds`: that the run took so far.
  bool due(const Trainer& trainer, double seconds);

 private:
  const RunDirectory& run_;
  Config& config_;
};

// The number of the snapshot of `images_seen` in the names of its files: of kimg, or exact where an
// earlier snapshot has that.
std::string next_snapshot_number(const RunDirectory& run, int64_t images_seen);

// Adds a line to snapshots.jsonl, and returns it.
nlohmann::json add_snapshot(const RunDirectory& run, const Trainer& trainer, const Path& network,
                            const Path& fakes, const GridFigures& figures);

// Removes all numbered networks but the newest `keep` and the best; 0: none.
void remove_old_networks(const RunDirectory& run, int64_t keep);

}  // namespace gannet
