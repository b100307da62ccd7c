// The metrics of each snapshot: metrics.jsonl, and the link to the best network.
#pragma once

#include "gannet/runs/config.h"
#include "gannet/runs/directory.h"
#include "gannet/training/trainer.h"

namespace gannet {

class Evaluation {
 public:
  // The references must outlive it.
  Evaluation(const RunDirectory& run, const Config& config, const Dataset& data);

  // Appends what --metrics names for the trainer's networks, which are in the file `network`, and
  // returns it. Nothing where it names none.
  std::vector<std::pair<std::string, double>> write(Trainer& trainer, const Path& network) const;

 private:
  const RunDirectory& run_;
  const Config& config_;
  const Dataset& data_;
};

// The best network of metrics.jsonl (MetricHistory::best()), or "".
std::string best_by_metrics(const Path& metrics);

}  // namespace gannet
