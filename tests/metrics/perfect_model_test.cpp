// What a perfect model has: two samples of one distribution, whose figures are known in closed form
// whatever the distribution is, or were drawn with SciPy. Not 1, nor 100%.
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "gannet/data/raw_samples.h"
#include "gannet/metrics/modes.h"
#include "gannet/metrics/precision_recall.h"
#include "gannet/tensor/random.h"

namespace gannet {
namespace {

std::vector<int64_t> first_numbers(int64_t n) {
  std::vector<int64_t> all(static_cast<size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

// In the plane 1 - exp(-9 / 2) = 98.89% of a Gaussian lies within 3 sigma, not the 99.73% of a
// line.
TEST(PerfectModel, IsWithinThreeSigmaAsOftenAsAGaussianInThePlane) {
  constexpr int64_t n = 100000;
  for (const std::string name : {"ring-8", "grid-25"}) {
    SCOPED_TRACE(name);
    const auto data = open_dataset(name, {.seed = 3});
    const Modes modes = known_modes(name);
    const Tensor points = read_samples(*data, first_numbers(n));
    const ModeCount found = count_modes(points, modes);
    const double share = 1 - std::exp(-4.5), error = share_error(share, n);
    EXPECT_NEAR(found.high_quality, share, 4 * error);
    EXPECT_EQ(found.modes, found.modes_total);
    EXPECT_NEAR(found.mean_spread, 1, 0.01);
    // (K - 1) / 2N is expected of the N samples of even shares, with a chi-squared's spread.
    const double k = static_cast<double>(found.modes_total);
    EXPECT_LT(nearest_mode_counts(points, modes).reverse_kl,
              (k - 1 + 5 * std::sqrt(2 * (k - 1))) / (2 * n));
  }
}

// The k nearest of a real sample's N - 1 + M others are all real with this chance, and no fake one
// is in its ball then: coverage is 1 - 2^-k for equal sizes (Naeem et al. 2020, eq. 8).
double expected_coverage(int64_t n, int64_t m, int64_t k) {
  double none = 1;
  for (int64_t i = 0; i < k; ++i)
    none *= static_cast<double>(n - 1 - i) / static_cast<double>(n + m - 1 - i);
  return 1 - none;
}

// Four standard errors of a share, as if the balls were independent.
void expect_known_figures(const Neighbourhoods& found, int64_t n) {
  for (const int64_t k : {3, 5}) {
    SCOPED_TRACE(k);
    const double coverage_of_any = expected_coverage(n, n, k);
    EXPECT_NEAR(coverage_of_any, 1 - std::pow(0.5, k), 0.001);
    EXPECT_NEAR(coverage(found, k), coverage_of_any, 4 * share_error(coverage_of_any, n));
    // A fake sample is in k / N of the N balls on average; a few samples lie in many, so that of
    // 20 pairs drawn with NumPy the deviation was .028.
    EXPECT_NEAR(density(found, k), 1, 0.11);
    // Each is the other's with the sets exchanged.
    const double p = precision(found, k), r = recall(found, k);
    EXPECT_NEAR(p, r, 4 * std::hypot(share_error(p, n), share_error(r, n)));
  }
  EXPECT_NEAR(nearest_neighbour_accuracy(found).accuracy, 0.5, 4 * share_error(0.5, n));
}

TEST(PerfectModel, OfNormalSamplesHasTheKnownNeighbours) {
  constexpr int64_t n = 2000;
  const at::TensorOptions type = at::TensorOptions().dtype(at::kDouble);
  const Tensor real = normal({.seed = 1}, 0, n, {8}, type),
               fake = normal({.seed = 2}, 0, n, {8}, type);
  const Neighbourhoods found = neighbourhoods(real, fake, {3, 5});
  expect_known_figures(found, n);
  // The means of 20 pairs drawn with NumPy, by SciPy's distances; their deviations are .004 to
  // .013.
  EXPECT_NEAR(precision(found, 3), 0.898, 0.04);
  EXPECT_NEAR(recall(found, 3), 0.898, 0.04);
  EXPECT_NEAR(precision(found, 5), 0.949, 0.04);
  EXPECT_NEAR(recall(found, 5), 0.949, 0.04);
  EXPECT_NEAR(authenticity(found), 0.578, 0.054);
}

TEST(PerfectModel, OfOtherSizesCoversLessOrMore) {
  const at::TensorOptions type = at::TensorOptions().dtype(at::kDouble);
  const Tensor real = normal({.seed = 3}, 0, 1500, {3}, type);
  for (const int64_t m : {500, 1500, 3000}) {
    const Tensor fake = normal({.seed = 4}, 0, m, {3}, type);
    const double expected = expected_coverage(1500, m, 5);
    EXPECT_NEAR(coverage(neighbourhoods(real, fake, {5}), 5), expected,
                5 * share_error(expected, std::min<int64_t>(m, 1500)));
  }
}

// Pixels are no normal numbers, and the anchors are the same. scripts/results/metrics.sh has all
// figures of 10,000 against 10,000.
TEST(PerfectModel, OfFashionMnistHasTheKnownNeighbours) {
  for (const BuiltInSet& set : built_in_sets())
    if (set.name == "fashion-mnist" && !is_fetched(set)) GTEST_SKIP() << set.name << " is not here";
  constexpr int64_t n = 2000;
  const auto pixels = [](const char* split) {
    const auto data = open_dataset("fashion-mnist", {.split = split});
    return (read_samples(*data, first_numbers(n)).flatten(1) * 255).round().to(at::kByte);
  };
  expect_known_figures(neighbourhoods(pixels("train"), pixels("test"), {3, 5}), n);
}

}  // namespace
}  // namespace gannet
