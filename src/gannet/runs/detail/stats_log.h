// The figures of each tick: a line of stats.jsonl, scalars of the event file, and the report that a
// terminal shows.
#pragma once

#include <chrono>

#include "gannet/runs/detail/event_file.h"
#include "gannet/runs/directory.h"
#include "gannet/runs/session.h"
#include "gannet/training/trainer.h"

namespace gannet {

class StatsLog {
 public:
  // `seconds`: the time that the run took before it was resumed.
  StatsLog(const RunDirectory& run, const EventFile& events, double seconds);

  void start(int64_t images_seen);  // rates count from here
  TickReport write(const Trainer& trainer, const Tick& tick);
  double seconds() const;  // of the whole run so far

 private:
  const RunDirectory& run_;
  const EventFile& events_;
  double seconds_before_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  double tick_seconds_;  // the end of the last tick
  int64_t tick_images_ = 0;
};

}  // namespace gannet
