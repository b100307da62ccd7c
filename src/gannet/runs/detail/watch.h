// The watchdog of a run under way: feeds it what the run writes, says what it finds, and decides by
// --on-collapse whether the run goes on.
#pragma once

#include "gannet/runs/config.h"
#include "gannet/runs/directory.h"
#include "gannet/runs/session.h"
#include "gannet/runs/watchdog.h"

namespace gannet {

class Watch {
 public:
  // The references must outlive it.
  Watch(const RunDirectory& run, Config& config, ProgressListener& listener);

  // Reads what a resumed run has written so far: it was said already. One at its last step is
  // judged as at its end.
  void start(int64_t steps_total);
  void tick(const nlohmann::json& line, bool last);
  // A line of snapshots.jsonl; the metrics of its step are read from metrics.jsonl.
  void snapshot(const nlohmann::json& line, bool last);

  // Does the run end here, by --on-collapse?
  bool stops() const { return stops_; }
  const Watchdog& watchdog() const { return watchdog_; }
  // "" where all is well.
  std::string collapse() const;

 private:
  void report();
  void log(const std::string& line);

  const RunDirectory& run_;
  const Config& config_;
  ProgressListener& listener_;
  Watchdog watchdog_;
  bool stops_ = false;
};

// A run that is to go back: to the newest state before this step, because of this.
struct RollBack {
  int64_t before;
  std::string why;
};

constexpr int64_t kMostRollBacks = 3;

// How often the run went back, by the changes in its options.json.
int64_t roll_backs(const RunDirectory& run);

// Removes the states from `before` on, and returns the options to go on with: half the learning
// rates.
OptionChanges roll_back(const RunDirectory& run, Config& config, const RollBack& back);

}  // namespace gannet
