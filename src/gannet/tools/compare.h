// `gannet compare`: two-sample tests between two sources (metrics/two_sample.h), with their
// protocol. No torch in here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gannet/data/source_options.h"
#include "gannet/formats/image.h"

namespace gannet {

struct ComparedSource {
  std::string source;  // as open_samples() takes it (data/raw_samples.h)
  SourceOptions options;
};

struct ComparisonRequest {
  ComparedSource a, b;
  uint64_t seed = 0;
  int64_t limit = 1000, permutations = 999;  // at most so many samples of each
  std::string device = "auto";               // tensor/device.h
  // What tests by distances compare by: the samples' own values, or as open_feature_extractor()
  // (evaluation/feature_extractor.h) takes it; auto goes by the larger set.
  std::string features = "pixels";
  int64_t simulations = 0;  // of the tests' power
  bool picture = false;     // Comparison::surest
};

struct TwoSampleTest {
  std::string test;  // mmd, energy, classifier, 1nn, friedman_rafsky (of points)
  double statistic = 0, p_value = 1;
};

// How often a test, of as many samples, tells samples of the larger set from others of it that were
// changed a little.
struct Power {
  std::string test;  // those by distances
  double share = 0;  // of the simulations with p <= kPowerLevel
};
inline constexpr double kPowerLevel = 0.05;

struct Comparison {
  std::vector<TwoSampleTest> tests;
  int64_t samples = 0;                 // of each source; half of them train the classifier
  int64_t total_a = 0, total_b = 0;    // samples of each source
  std::vector<int64_t> shape;          // of one sample
  std::vector<std::string> notes;      // what was done to make A and B alike, and at their opening
  std::string features, feature_hash;  // of a feature net; "": the samples' own values
  bool same_source = false;            // the same data twice: two disjoint parts were compared
  std::vector<Power> power;            // of request.simulations
  std::string change;                  // how samples were changed for it
  int64_t power_samples = 0;           // of each side
  // Of images: those that the classifier is surest of among those it did not learn from, A's in the
  // upper half, B's below.
  std::optional<Image> surest;
};

// Images of two sizes, or grey beside colour, and audio clips of two rates or lengths are made
// alike (data/fitted_samples.h). Throws UsageError where samples are of two shapes all the same,
// Error for too few (below 20 each).
Comparison compare_samples(const ComparisonRequest& request);

}  // namespace gannet
