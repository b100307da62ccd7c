// The runs of a folder and their state, read from their directories. No torch in here.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/runs/metric_history.h"

namespace gannet {

struct RunSummary {
  Path path;
  std::string name, cfg, data;
  std::string state;  // running, done, collapsed or alike (it ended so, by the watchdog), failed,
                      // stopped (an interrupt or a crash: `gannet resume` goes on), unreadable
  std::string why;    // of failed, collapsed, done and unreadable
  double age_seconds = 0;  // since the last figure, or the start
  double kimg = 0, kimg_total = 0;
  nlohmann::json last;    // the newest line of stats.jsonl, or null
  MetricHistory metrics;  // its best() is one network, with its own figures
};

// Throws Error where there is no run.
// over: the run has ended, though this process still holds its lock; end: what DONE is about to
// say.
RunSummary summarize(const Path& run, bool over = false, const std::string& end = "");

// All runs of a folder by name; folders that are no runs are passed over. A missing folder has
// none. A run whose files cannot be read is there as unreadable, and hides no other.
std::vector<RunSummary> list_runs(const Path& outdir);

// Removes a run directory. Throws Error for one that is in use, or is not a run.
void remove_run(const Path& run);

}  // namespace gannet
