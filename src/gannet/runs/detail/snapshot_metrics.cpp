#include "gannet/runs/detail/snapshot_metrics.h"

#include "gannet/base/error.h"
#include "gannet/data/registry.h"
#include "gannet/evaluation/feature_extractor.h"
#include "gannet/evaluation/feature_memory.h"
#include "gannet/evaluation/result_json.h"

namespace gannet {

std::string snapshot_metric_names(const Config& config, const Dataset& data) {
  const std::string& asked = config.run.metrics;
  const bool mixture = !known_modes(config.run.data).centres.empty();
  if (asked == "none" || (mixture && (asked == "default" || asked == "modes"))) return "";
  if (asked != "default") {
    (void)parse_metrics(asked, data.info().is_image());
    return asked;
  }
  if (!data.info().is_image() ||
      shipped_features({.dims = data.info().dims, .source = config.run.data, .hash = data.hash()})
          .empty())
    return "";
  return "fd2k,precision2k,recall2k";
}

SnapshotMetrics::SnapshotMetrics(const Config& config, const Dataset& data) {
  request_.metrics = snapshot_metric_names(config, data);
  any_ = !request_.metrics.empty();
  if (!any_) return;
  request_.real = {config.run.data, config.run.source};
  request_.seed = config.options->seed;
  request_.device = config.run.device;
  request_.opened = std::shared_ptr<const Dataset>(std::shared_ptr<void>(), &data);
  request_.memory = std::make_shared<FeatureMemory>();
}

SnapshotMetrics::Result SnapshotMetrics::measure(const Path& network) {
  if (!any_) return {};
  request_.network = network;
  request_.reference = !measured_;
  Result result;
  try {
    Evaluation found = evaluate(request_);
    for (MetricResult& one : found.results) {
      if (one.reference) references_[one.request.name] = *one.reference;
      if (const auto known = references_.find(one.request.name); known != references_.end())
        one.reference = known->second;
      nlohmann::json line = to_json(one);
      for (const char* key : {"fake", "fake_hash"}) line["protocol"].erase(key);
      result.lines.push_back(std::move(line));
    }
    if (!measured_) result.problems = found.notes;
    measured_ = true;
  } catch (const Error& error) {
    result.problems.push_back(std::string("metrics: ") + error.what() +
                              (error.hint().empty() ? "" : "; " + error.hint()));
    any_ = false;
  }
  return result;
}

}  // namespace gannet
