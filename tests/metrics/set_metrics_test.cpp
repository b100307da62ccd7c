// Metrics made of several parts against an independent implementation in NumPy and SciPy on the
// same subsets, classes and labels (scripts/golden/set_metrics.py).
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "gannet/metrics/frechet.h"
#include "gannet/metrics/kernel_distance.h"
#include "gannet/metrics/two_sample.h"
#include "support/golden.h"

namespace gannet {
namespace {

using nlohmann::json;
using test::numbers;

const json& golden() {
  static const json values = test::read_golden("set_metrics");
  return values;
}

Tensor real() { return test::real_features(); }
Tensor fake() { return test::fake_features(); }

void expect_relative(double value, const json& expected, double tolerance = 1e-8) {
  const double e = expected;
  EXPECT_NEAR(value, e, tolerance * std::max(std::abs(e), 1e-3));
}

TEST(SetMetrics, FrechetInfinity) {
  for (const uint64_t seed : {0, 7}) {
    SCOPED_TRACE(seed);
    const json& expected = golden()["fd_inf"][seed == 0 ? 0 : 1];
    const FrechetExtrapolation found = frechet_infinity(feature_statistics(real()), fake(), seed);
    EXPECT_EQ(found.sizes, expected["sizes"].get<std::vector<int64_t>>());
    ASSERT_EQ(found.distances.size(), 15u);
    for (size_t i = 0; i < 15; ++i) expect_relative(found.distances[i], expected["distances"][i]);
    expect_relative(found.value, expected["value"], 1e-6);  // a difference of larger numbers
    expect_relative(found.slope, expected["slope"], 1e-7);
    expect_relative(found.error, expected["error"], 1e-5);  // by differences there
  }
}

TEST(SetMetrics, DistancesWithinClasses) {
  const auto classes = [](const char* tag, int64_t n) {
    return (numbers(tag, {n}).abs() * 3).to(at::kLong);
  };
  const IntraClassDistances found = intra_class_frechet(real(), classes("real classes", 90), fake(),
                                                        classes("fake classes", 70), 3);
  const json& expected = golden()["intra_fd"];
  ASSERT_EQ(found.of_class.size(), 3u);
  for (size_t c = 0; c < 3; ++c) expect_relative(found.of_class[c], expected["of_class"][c]);
  expect_relative(found.mean, expected["mean"]);
  expect_relative(found.error, expected["error"], 1e-5);
}

TEST(SetMetrics, KernelDistanceOverSubsets) {
  for (const json& expected : golden()["kid"]) {
    SCOPED_TRACE(expected.dump());
    const KernelDistance found = kernel_distance(
        real(), fake(),
        {.size = expected["size"], .count = expected["count"], .seed = expected["seed"]});
    EXPECT_EQ(found.subsets, expected["count"].get<int64_t>());
    expect_relative(found.value, expected["value"]);
    expect_relative(found.subset_std, expected["std"]);
  }
}

class TwoSamples : public ::testing::TestWithParam<size_t> {
 protected:
  const json& expected() const { return golden()["two_samples"][GetParam()]; }
  Tensor pooled() const {
    const int64_t width = expected()["width"];
    return at::cat({numbers("first", {24, width}), numbers("second", {31, width}, 1.1, 0.15)});
  }
  static Tensor labels() { return at::arange(55, at::kLong).lt(24).to(at::kDouble); }
};

TEST_P(TwoSamples, HaveTheStatisticsOfSciPy) {
  const Tensor d = squared_distances(pooled());
  expect_relative(kernel_test(d, labels(), {}).statistic, expected()["mmd"]);
  expect_relative(kernel_test(squared_distances(pooled(), true), labels(), {}).statistic,
                  expected()["scaled_mmd"]);
  const double energy = energy_test(d, labels(), {}).statistic;
  expect_relative(energy, expected()["energy"]);
  if (expected().contains("scipy_energy")) expect_relative(energy, expected()["scipy_energy"]);
  expect_relative(spanning_tree_test(d, labels(), {}).statistic, expected()["tree"]);
  expect_relative(nearest_neighbour_test(d, labels(), {}).statistic, expected()["1nn"]);
}

// Other permutations: within four standard errors of both.
TEST_P(TwoSamples, HaveThePValuesOfOtherPermutations) {
  const Tensor d = squared_distances(pooled());
  const Permutations how{.seed = 1, .count = 3999};
  const auto expect_p = [](double p, double other) {
    EXPECT_NEAR(p, other, 4 * std::sqrt(2 * other * (1 - other) / 4000));
  };
  expect_p(kernel_test(d, labels(), how).p_value, expected()["p_mmd"]);
  expect_p(energy_test(d, labels(), how).p_value, expected()["p_energy"]);
}

INSTANTIATE_TEST_SUITE_P(Widths, TwoSamples, ::testing::Values(0, 1, 2));

}  // namespace
}  // namespace gannet
