// The terms of autoencoders by hand on fixed numbers, and their gradients by finite differences.
#include "gannet/losses/reconstruction.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

#include "support/numbers.h"

namespace gannet {
namespace {

const at::TensorOptions kDouble = at::TensorOptions().dtype(at::kDouble);

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// All 256 levels, one a sample: [256, 1, 1, 1].
Tensor levels() { return (at::arange(256, kDouble) / 127.5 - 1).view({256, 1, 1, 1}); }

TEST(LogLikelihood, IsThatOfTheLevelsInterval) {
  const Tensor x = levels(), mean = at::full({256, 1, 1, 1}, 0.1, kDouble);
  const Tensor found = log_likelihood(x, mean, at::tensor({-2.0}, kDouble));
  const double scale = std::exp(-2);
  const auto below = [&](double edge) { return sigmoid((edge - 0.1) / scale); };
  EXPECT_NEAR(found[100].item<double>(),
              std::log(below(100.5 / 127.5 - 1) - below(99.5 / 127.5 - 1)), 1e-12);
  EXPECT_NEAR(found[0].item<double>(), std::log(below(0.5 / 127.5 - 1)), 1e-12);
  EXPECT_NEAR(found[255].item<double>(), std::log(1 - below(254.5 / 127.5 - 1)), 1e-12);
}

TEST(LogLikelihood, TheLevelsProbabilitiesAddUpToOne) {
  for (const double log_scale : {-6.0, -2.0, 1.0})
    for (const double mean : {-1.0, -0.3, 0.99}) {
      const Tensor all = log_likelihood(levels(), at::full({256, 1, 1, 1}, mean, kDouble),
                                        at::tensor({log_scale}, kDouble));
      EXPECT_NEAR(all.exp().sum().item<double>(), 1, 1e-9) << log_scale << " " << mean;
    }
}

TEST(LogLikelihood, IsFiniteFarFromTheMean) {
  const Tensor x = at::tensor({0.9f, -1.0f}).view({2, 1, 1, 1});
  const Tensor found =
      log_likelihood(x, at::full({2, 1, 1, 1}, -1.0, at::kFloat), at::tensor({-7.0f}));
  EXPECT_TRUE(found.isfinite().all().item<bool>());
  EXPECT_LT(found[0].item<float>(), -1000);
}

TEST(LogLikelihood, AddsUpValuesWithTheirChannelsScale) {
  const Tensor x = at::full({1, 2, 1, 3}, 1.0 / 255, kDouble),
               mean = at::full({1, 2, 1, 3}, 0., kDouble);
  const Tensor scales = at::tensor({-1.0, -3.0}, kDouble);
  const auto one = [&](int64_t c) {
    const Tensor value = at::full({1, 1, 1, 1}, 1.0 / 255, kDouble);
    return log_likelihood(value, value * 0, scales.slice(0, c, c + 1)).item<double>();
  };
  EXPECT_NEAR(log_likelihood(x, mean, scales).item<double>(), 3 * one(0) + 3 * one(1), 1e-12);
}

TEST(LogLikelihood, HasTheGradientsOfFiniteDifferences) {
  const Tensor x = at::tensor({-1.0, 1.0, 1.0 / 255, -0.5}, kDouble).view({1, 2, 1, 2});
  test::expect_gradients(
      [&](const std::vector<Tensor>& in) { return log_likelihood(x, in[0], in[1]); },
      {test::numbers("mean", {1, 2, 1, 2}, 0.5), test::numbers("scale", {2}, 0.5, -1)});
}

TEST(DivergenceFromNormal, IsZeroForThePriorAndByHandElsewhere) {
  const Tensor mean = at::tensor({0.0, 0.0, 2.0, -1.0}, kDouble).view({2, 2});
  const Tensor log_variance = at::tensor({0.0, 0.0, std::log(4.0), 0.0}, kDouble).view({2, 2});
  const Tensor found = kl_divergence(mean, log_variance);
  EXPECT_DOUBLE_EQ(found[0].item<double>(), 0);
  EXPECT_NEAR(found[1].item<double>(), 0.5 * (4 + 4 - 1 - std::log(4.0)) + 0.5, 1e-12);
  test::expect_gradients([](const std::vector<Tensor>& in) { return kl_divergence(in[0], in[1]); },
                         {mean, log_variance});
}

}  // namespace
}  // namespace gannet
