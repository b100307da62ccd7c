// Real and fake samples of one size, and all metrics of them; what several metrics share is
// computed once.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "gannet/evaluation/feature_extractor.h"
#include "gannet/evaluation/metric_table.h"
#include "gannet/evaluation/statistics_cache.h"
#include "gannet/metrics/frechet.h"
#include "gannet/metrics/precision_recall.h"

namespace gannet {

struct MetricValue {
  double value = 0;
  std::optional<double> error;
  std::map<std::string, double> details;
};

class FeaturePair {
 public:
  struct Setup {
    Tensor real, fake;        // samples [N, dims...], [M, dims...]
    std::string real_key;     // names the real ones, for the cache
    std::vector<int64_t> ks;  // of all metrics that will be asked for
    uint64_t seed = 0;
  };
  FeaturePair(Setup setup, const FeatureExtractor& extractor, StatisticsCache& cache);

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

  Setup setup_;
  StatisticsCache& cache_;
  Tensor real_, fake_;  // features
  std::optional<FeatureStatistics> statistics_;
  std::optional<Neighbourhoods> neighbours_;
};

}  // namespace gannet
