// `gannet eval`: how near the samples of a network, or of another set, are to real ones, by the
// metrics of metric_table.h; each figure with its protocol, and with what real samples have against
// real ones. No torch in here.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gannet/data/source_options.h"
#include "gannet/evaluation/metric_table.h"

namespace gannet {

class Dataset;
struct FeatureMemory;  // evaluation/feature_memory.h

struct EvaluatedSource {
  std::string source;  // as open_samples() takes it (data/raw_samples.h)
  SourceOptions options;
};

struct EvaluationRequest {
  EvaluatedSource real;
  std::string network;   // a network file or a run, whose samples are judged; or
  EvaluatedSource fake;  // a set of them
  std::string metrics = "default", features = "auto";
  uint64_t seed = 0;      // of choices, and the first of the seeds that the network draws by
  bool reference = true;  // also real against real
  bool cache = true;      // evaluation/statistics_cache.h
  std::string device = "auto";
  // For several networks judged against one set: the real samples, already open (`real` names
  // them), and the real ones' features of the evaluations before.
  std::shared_ptr<const Dataset> opened = nullptr;
  std::shared_ptr<FeatureMemory> memory = nullptr;
};

// Real against other real samples, by the same metric.
struct ReferenceValue {
  double value = 0;
  int64_t n_real = 0, n_other = 0;
  std::string what;  // "test against train", "two disjoint parts of train"
};

struct EvaluationProtocol {
  int64_t n_real = 0, n_fake = 0;
  int64_t k = 0;  // of nearest neighbours; 0: none
  std::string features, feature_hash;
  std::string data, data_hash, split;  // of the real samples
  std::string fake, fake_hash;         // the network file that was taken; or the other set
  std::string filter;                  // by which images were resampled; "none": they weren't
  std::vector<int64_t> shape;          // of one sample
  uint64_t seed = 0;
};

struct MetricResult {
  MetricRequest request;
  double value = 0;
  std::optional<double> error;            // its standard error, where there is one
  std::map<std::string, double> details;  // subset_size, sigma, ...
  std::optional<ReferenceValue> reference;
  EvaluationProtocol protocol;
};

struct Evaluation {
  std::vector<MetricResult> results;
  std::vector<std::string> notes;  // what was done to the samples, and what is missing, a line each
};

// Images of two sizes, or grey beside colour, are made alike (data/fitted_samples.h), and it is
// said. Without a number in a metric's name all samples are taken, of a network as many as there
// are real ones, at most 10,000; two-sample tests take 1,000 of each, and the real set's test
// split, where it has one, for a network's. Where samples are chosen, it is at random by the seed.
// Throws UsageError for metrics that the samples don't have, Error for too few of them, and for
// pictures as floating-point numbers in two ranges. progress: one line at a time.
Evaluation evaluate(const EvaluationRequest& request,
                    const std::function<void(const std::string&)>& progress = {});

}  // namespace gannet
