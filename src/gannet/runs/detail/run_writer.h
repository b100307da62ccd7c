// The Observer that writes a run directory, by one part for each kind of file.
#pragma once

#include <string>

#include "gannet/data/dataset.h"
#include "gannet/recipes/recipes.h"
#include "gannet/runs/detail/checkpoint_writer.h"
#include "gannet/runs/detail/evaluation.h"
#include "gannet/runs/detail/event_file.h"
#include "gannet/runs/detail/snapshot_grid.h"
#include "gannet/runs/detail/snapshots.h"
#include "gannet/runs/detail/stats_log.h"
#include "gannet/runs/detail/watch.h"

namespace gannet {

class RunWriter : public Observer {
 public:
  // The references must outlive it.
  RunWriter(const RunDirectory& run, const Recipe& recipe, Config& config, const Dataset& data,
            ProgressListener& listener, StatsLog::Before before);

  // reals.png, captions.txt, fakes-init.png and the event file's first record, but for a resume.
  void start(Trainer& trainer);
  bool on_step(const Trainer&) override;
  bool wants_snapshot(const Trainer&) override;
  void on_tick(const Trainer&, const Tick&) override;
  void on_snapshot(Trainer&) override;
  void on_stop(Trainer&) override;

  // Waits until all is in its files. Throws Error where that could not be written.
  void finish() { checkpoints_.finish(); }

  const Watch& watch() const { return watch_; }
  // Why the run is done before its kimg, by --stop-when or --patience; else "".
  const std::string& done_early() const { return done_early_; }

 private:
  void remove_stopped();
  void log(const std::string& line);

  const RunDirectory& run_;
  Config& config_;
  ProgressListener& listener_;
  EventFile events_;
  StatsLog stats_;
  SnapshotGrid grid_;
  EarlySnapshots early_;
  CheckpointWriter checkpoints_;
  RunEvaluation evaluation_;
  CopyCheck copies_;
  Watch watch_;
  std::string done_early_;
};

}  // namespace gannet
