// Each metric against an independent implementation in NumPy and SciPy (scripts/golden/metrics.py).
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/softmax.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "gannet/metrics/frechet.h"
#include "gannet/metrics/inception_score.h"
#include "gannet/metrics/kernel_distance.h"
#include "gannet/metrics/log_mel.h"
#include "gannet/metrics/modes.h"
#include "gannet/metrics/ms_ssim.h"
#include "gannet/metrics/parzen.h"
#include "gannet/metrics/precision_recall.h"
#include "gannet/metrics/sliced_wasserstein.h"
#include "support/golden.h"

namespace gannet {
namespace {

using nlohmann::json;
using test::numbers;

const json& golden() {
  static const json values = test::read_golden("metrics");
  return values;
}

Tensor real() { return test::real_features(); }
Tensor fake() { return test::fake_features(); }

Tensor pictures(const std::string& tag, const Shape& shape) {
  return (numbers(tag, shape) * 127.5 + 128).floor().clamp(0, 255);
}

void expect_relative(double value, double expected, double tolerance = 1e-9) {
  EXPECT_NEAR(value, expected, tolerance * std::max(std::abs(expected), 1e-3));
}

// Every `step`-th number of x.
void expect_numbers(const Tensor& x, const json& expected, int64_t step) {
  const Tensor flat = x.flatten().slice(0, 0, x.numel(), step);
  ASSERT_EQ(static_cast<size_t>(flat.numel()), expected.size());
  for (int64_t i = 0; i < flat.numel(); ++i)
    EXPECT_NEAR(flat[i].item<double>(), expected[static_cast<size_t>(i)].get<double>(), 1e-9);
}

TEST(IndependentMetrics, FrechetDistance) {
  expect_relative(frechet_distance(real(), fake()), golden()["frechet"]);
  const Tensor half = real().slice(0, 0, 90, 2) * 1.1;
  expect_relative(frechet_distance(real(), half), golden()["frechet_half"]);
  // In parts, and far from zero.
  FeatureMoments parts;
  for (const auto& [from, to] : {std::pair{0, 1}, {1, 40}, {40, 70}})
    parts.add(fake().slice(0, from, to) + 1000);
  expect_relative(frechet_distance(feature_statistics(real() + 1000), parts.statistics()),
                  golden()["frechet"], 1e-7);
}

TEST(IndependentMetrics, KernelDistance) {
  const KernelDistance found = kernel_distance(real(), fake(), {.size = 1000});
  expect_relative(found.full, golden()["kernel_distance"]);
  // The jackknife's error has terms of second order too.
  expect_relative(found.error, golden()["kernel_error"], 0.05);
}

TEST(IndependentMetrics, InceptionScore) {
  const InceptionScore found = inception_score(at::softmax(numbers("logits", {40, 5}, 3), 1), 3);
  expect_relative(found.mean, golden()["inception_score"][0]);
  expect_relative(found.std, golden()["inception_score"][1]);
}

void expect_neighbours(const Tensor& real, const Tensor& fake, const json& expected) {
  const int64_t k = expected["k"];
  SCOPED_TRACE(k);
  const Neighbourhoods n = neighbourhoods(real, fake, {1, 5, 3});
  expect_relative(precision(n, k), expected["precision"]);
  expect_relative(recall(n, k), expected["recall"]);
  expect_relative(density(n, k), expected["density"]);
  expect_relative(coverage(n, k), expected["coverage"]);
  expect_relative(nearest_neighbour_accuracy(n).accuracy, expected["1nn"]);
  expect_relative(authenticity(n), expected["authenticity"]);
}

TEST(IndependentMetrics, Neighbourhoods) {
  for (const json& expected : golden()["neighbours"]) expect_neighbours(real(), fake(), expected);
}

// Where fake samples are copies, radii and distances are equal, whatever rounding does.
TEST(IndependentMetrics, NeighbourhoodsOfCopies) {
  const Tensor copies = at::cat({real().slice(0, 0, 30), fake().slice(0, 0, 30)});
  expect_neighbours(real(), copies, golden()["copies"]);
}

TEST(IndependentMetrics, SlicedWasserstein) {
  expect_relative(sliced_wasserstein(real().slice(0, 0, 70), fake(), numbers("directions", {6, 9})),
                  golden()["sliced_wasserstein"]);
}

TEST(IndependentMetrics, LaplacianPyramid) {
  const std::vector<Tensor> levels = laplacian_pyramid(numbers("grey", {3, 1, 36, 40}));
  ASSERT_EQ(levels.size(), golden()["pyramid"].size());
  for (size_t i = 0; i < levels.size(); ++i) expect_numbers(levels[i], golden()["pyramid"][i], 7);
  EXPECT_EQ(laplacian_pyramid(numbers("other", {2, 3, 28, 28})).size(),
            golden()["small_pyramid_levels"].get<size_t>());
}

TEST(IndependentMetrics, MultiScaleSimilarity) {
  for (const json& expected : golden()["ms_ssim"]) {
    const std::string tag = expected["tag"];
    SCOPED_TRACE(tag);
    const Shape shape = expected["shape"];
    const Tensor a = pictures(tag, shape);
    const Tensor b = (0.7 * a + 0.3 * pictures(tag + "2", shape)).floor();
    expect_relative(ms_ssim(a.unsqueeze(0), b.unsqueeze(0)).item<double>(), expected["value"]);
  }
}

TEST(IndependentMetrics, ParzenWindow) {
  const Tensor found = parzen_log_likelihoods(fake(), real().slice(0, 0, 8), std::vector{0.2, 0.7});
  for (int64_t s = 0; s < 2; ++s)
    expect_numbers(found[s], golden()["parzen"][static_cast<size_t>(s)], 1);
}

TEST(IndependentMetrics, LogMel) {
  const MelBands bands{.window = 256, .hop = 64, .bands = 20};
  const Tensor clips = numbers("clips", {2, 1500}), others = numbers("other clips", {2, 1500}, 0.3);
  expect_numbers(log_mel(clips, 8000, bands), golden()["log_mel"], 11);
  expect_numbers(log_mel_distance(clips, others, 8000, bands), golden()["log_mel_distance"], 1);
}

TEST(IndependentMetrics, ModesOfMixtures) {
  for (const int64_t width : {2, 3}) {
    const json& expected = golden()["mixtures"][static_cast<size_t>(width - 2)];
    const Tensor points = numbers("points", {80, width}),
                 centres = numbers("centres", {4, width}, 1.5);
    Modes modes{.centres = {}, .sigma = 0.2 * static_cast<double>(width)};
    for (int64_t k = 0; k < 4; ++k)
      modes.centres.emplace_back(centres[k].data_ptr<double>(),
                                 centres[k].data_ptr<double>() + width);
    const ModeCount found = count_modes(points, modes);
    EXPECT_EQ(found.modes, expected["modes"].get<int64_t>());
    expect_relative(found.high_quality, expected["high_quality"]);
    expect_relative(found.mean_spread, expected["mean_spread"]);
    for (size_t k = 0; k < 4; ++k)
      if (expected["spread"][k].is_null())
        EXPECT_TRUE(std::isnan(found.spread[k]));
      else
        expect_relative(found.spread[k], expected["spread"][k]);
    expect_relative(nearest_mode_counts(points, modes).reverse_kl, expected["reverse_kl"]);
  }
}

TEST(IndependentMetrics, LabelModes) {
  const Tensor labels = (numbers("labels", {60}).abs() * 10).to(at::kLong);
  const LabelModes found = count_label_modes(labels, 12, numbers("data", {12}).abs() + 0.1);
  EXPECT_EQ(found.modes, golden()["label_modes"].get<int64_t>());
  EXPECT_EQ(found.modes_total, 12);
  expect_relative(found.reverse_kl, golden()["reverse_kl"]);
}

}  // namespace
}  // namespace gannet
