// The figures of each tick: a line of stats.jsonl, scalars of the event file, and the report that a
// terminal shows.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>

#include "gannet/runs/detail/event_file.h"
#include "gannet/runs/detail/step_times.h"
#include "gannet/runs/directory.h"
#include "gannet/runs/session.h"
#include "gannet/training/trainer.h"

namespace gannet {

class StatsLog {
 public:
  // `seconds`: that the run took before it was resumed. `step_times`: of its steps, where phases
  // begin or end in the middle of a run; else empty.
  struct Before {
    double seconds = 0;
    StepTimes step_times = {};
  };
  StatsLog(const RunDirectory& run, const EventFile& events, Before before);

  void start(const Trainer& trainer);  // rates count from here
  struct Written {
    nlohmann::json line;
    TickReport report;
  };
  Written write(const Trainer& trainer, const Tick& tick);
  // The metrics of the newest snapshot, for the reports.
  void show_metrics(std::vector<std::pair<std::string, double>> metrics);
  double seconds() const;  // of the whole run so far

 private:
  const RunDirectory& run_;
  const EventFile& events_;
  Before before_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  double tick_seconds_;  // the end of the last tick
  int64_t tick_step_ = 0;
  std::vector<std::pair<std::string, double>> metrics_;
};

}  // namespace gannet
