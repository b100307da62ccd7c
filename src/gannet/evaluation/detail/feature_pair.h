// Real and fake samples of one size, and all metrics of the two; what several metrics share is
// computed once.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "gannet/data/registry.h"
#include "gannet/evaluation/detail/sample_features.h"
#include "gannet/evaluation/metric_table.h"
#include "gannet/evaluation/statistics_cache.h"
#include "gannet/metrics/frechet.h"
#include "gannet/metrics/modes.h"
#include "gannet/metrics/precision_recall.h"
#include "gannet/metrics/two_sample.h"

namespace gannet {

struct MetricValue {
  double value = 0;
  std::optional<double> error;
  std::map<std::string, double> details;
};

class FeaturePair {
 public:
  struct Setup {
    std::shared_ptr<SampleFeatures> real, fake;
    std::string real_key;     // names the real ones and the features, for the cache
    std::vector<int64_t> ks;  // of all metrics that will be asked for
    Modes modes;              // of the real ones; centres empty where there are none
    std::string stacked;      // the set in each channel of the real ones (registry.h); "": none
    uint64_t seed = 0;
    std::string device = "cpu";
  };
  FeaturePair(Setup setup, StatisticsCache& cache);

  // Throws Error for too few samples.
  MetricValue value(const MetricRequest& request);

 private:
  const FeatureStatistics& real_statistics();
  const Neighbourhoods& neighbours();
  MetricValue of_neighbours(const MetricRequest& request);
  MetricValue frechet(bool extrapolated);
  MetricValue kernel();
  MetricValue parzen();
  MetricValue sliced();
  MetricValue similarity();
  MetricValue score();
  MetricValue two_sample(const std::string& metric);
  MetricValue of_stack(const std::string& metric);

  Setup setup_;
  StatisticsCache& cache_;
  std::optional<FeatureStatistics> statistics_;
  std::optional<Neighbourhoods> neighbours_;
  Tensor pooled_distances_, pooled_labels_;  // of two-sample tests
  std::optional<LabelModes> stacked_modes_;
};

}  // namespace gannet
