// Which metrics samples have.
#pragma once

#include "gannet/base/error.h"
#include "gannet/evaluation/detail/feature_pair.h"

namespace gannet {

// Pictures that windows of structural similarity and patches fit into.
bool are_images(const Shape& dims);

// Throws UsageError where the samples, or the network, don't have what the metric asks for.
void check_metric(const MetricRequest& request, const SampleSources& sources,
                  const FeatureExtractor& extractor, const std::string& real);

// Throws UsageError unless the set has the modes that the metric counts: of a mixture, or, for
// `modes` and `reverse_kl`, of a stacked set (data/registry.h).
void check_modes(const MetricRequest& request, const std::string& source);

// How many samples a side has, and what names it in an error: of a network's samples the data,
// whose number they have.
struct CountedSide {
  int64_t samples;
  std::string name;
};
// Throws Error for fewer samples than the metric's neighbours, or its test, want.
void check_counts(const MetricRequest& request, const CountedSide& real, const CountedSide& fake);

// A metric's error, with the metric's name and the sources, which the metric does not know.
[[noreturn]] void throw_named(const Error& error, const MetricRequest& request,
                              const std::string& sources);

// Is there a value of real samples against real ones?
bool has_reference(MetricNeeds needs);

}  // namespace gannet
