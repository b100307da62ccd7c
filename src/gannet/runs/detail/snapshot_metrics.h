// The metrics of `gannet eval` for the networks of a run, against its own data: from a snapshot's
// file, so that they change nothing of the training.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/data/dataset.h"
#include "gannet/evaluation/evaluation.h"
#include "gannet/runs/config.h"

namespace gannet {

// What --metrics asks for of this data, as parse_metrics() takes it; "": nothing, or what
// RunEvaluation counts itself (modes and quality of a mixture). default: of MNIST and
// Fashion-MNIST fd2k,precision2k,recall2k by their feature nets. Throws UsageError for unknown
// names, and for metrics that this data does not have.
std::string snapshot_metric_names(const Config& config, const Dataset& data);

class SnapshotMetrics {
 public:
  // data must outlive it.
  SnapshotMetrics(const Config& config, const Dataset& data);

  struct Result {
    std::vector<nlohmann::json> lines;  // as in `gannet eval --json`
    std::vector<std::string> problems;  // metrics that there are none of, and why
  };
  Result measure(const Path& network);

 private:
  EvaluationRequest request_;
  std::map<std::string, ReferenceValue> references_;  // by metric, of the first snapshot
  bool any_ = false, measured_ = false;
};

}  // namespace gannet
