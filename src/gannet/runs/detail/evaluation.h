// The metrics of each snapshot: metrics.jsonl, and the link to the best network.
#pragma once

#include "gannet/runs/config.h"
#include "gannet/runs/detail/snapshot_metrics.h"
#include "gannet/runs/directory.h"
#include "gannet/training/trainer.h"

namespace gannet {

class RunEvaluation {
 public:
  // The references must outlive it.
  RunEvaluation(const RunDirectory& run, const Config& config, const Dataset& data);

  // Appends what --metrics names for the trainer's networks, which are in the file `network`, and
  // returns it. Nothing where it names none.
  std::vector<std::pair<std::string, double>> write(Trainer& trainer, const Path& network);

  // What the user should know of the last one, a line each.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  const RunDirectory& run_;
  const Config& config_;
  const Dataset& data_;
  SnapshotMetrics metrics_;
  std::vector<std::string> notes_;
};

// The best network of metrics.jsonl (MetricHistory::best()), or "".
std::string best_by_metrics(const Path& metrics);

}  // namespace gannet
