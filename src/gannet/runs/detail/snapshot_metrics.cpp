#include "gannet/runs/detail/snapshot_metrics.h"

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/data/registry.h"
#include "gannet/evaluation/detail/metric_checks.h"
#include "gannet/evaluation/feature_extractor.h"
#include "gannet/evaluation/feature_memory.h"
#include "gannet/evaluation/result_json.h"

namespace gannet {

namespace {

// The feature net of the data; "": none.
std::string features_of(const Config& config, const Dataset& data) {
  if (!data.info().is_image()) return "";
  return shipped_features(
      {.dims = data.info().dims, .source = config.run.data, .hash = data.hash()});
}

// Throws for a metric that networks of this data cannot have.
void check(const MetricRequest& r, const Config& config, const Dataset& data) {
  const DatasetInfo& info = data.info();
  const auto need = [&](bool there, const char* what, const char* hint = "--metrics fd,recall") {
    if (!there) throw UsageError(what, "--metrics " + r.asked, hint);
  };
  switch (metric_of(r).needs) {
    case MetricNeeds::scores:
      need(!features_of(config, data).empty(),
           "needs a classifier, and this data has no feature net",
           "gannet eval --features FILE after the training");
      break;
    case MetricNeeds::fid:
      need(false, "FID is the Frechet distance of Inception's features, which a run does not have",
           "--metrics fd; or gannet eval --features inception=FILE after the training");
      break;
    case MetricNeeds::images:
      need(info.is_image() && std::min(info.dims[1], info.dims[2]) >= 16,
           "compares images of 16 pixels a side and more");
      break;
    case MetricNeeds::classes:
      need(info.classes_count() > 1, "compares by classes, and this data has none");
      break;
    case MetricNeeds::modes:
      check_modes(r, config.run.data);
      break;
    case MetricNeeds::audio:
      need(info.is_audio(), "compares audio clips");
      break;
    case MetricNeeds::points:
      need(info.is_points(), "compares points", "--metrics two-sample");
      break;
    case MetricNeeds::pairs:
      need(!info.input_image.empty(), "compares images with their targets, and this data has none");
      break;
    default:
      break;
  }
  if (r.samples > data.size())
    throw Error(r.asked + " needs " + std::to_string(r.samples) + " samples, found " +
                    std::to_string(data.size()),
                config.run.data, "--metrics " + asked_without_samples(r) + " takes what there is");
}

}  // namespace

std::string snapshot_metric_names(const Config& config, const Dataset& data) {
  const std::string& asked = config.run.metrics;
  const bool mixture = !known_modes(config.run.data).centres.empty();
  if (asked == "none" || (mixture && (asked == "default" || asked == "modes"))) return "";
  if (asked != "default") {
    for (const MetricRequest& r : parse_metrics(asked, data.info().dims)) check(r, config, data);
    return asked;
  }
  if (data.size() < 2000 || features_of(config, data).empty()) return "";
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
