// Gradient penalties: values by hand, and derivatives by finite differences.
#include "gannet/losses/gradient_penalties.h"

#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gannet/base/error.h"
#include "support/numbers.h"

namespace gannet {
namespace {

const at::TensorOptions kDouble = at::TensorOptions().dtype(at::kDouble);

// Two samples of [1, 2, 2] whose norms are 5 and 0.5.
Tensor gradients() {
  return at::tensor(std::vector<double>{3, 0, 0, 4, 0, 0.3, 0.4, 0}, kDouble).reshape({2, 1, 2, 2});
}

TEST(Penalties, AreAsByHand) {
  EXPECT_NEAR(zero_centered_gradient_penalty(gradients()).item<double>(), (25 + 0.25) / 4, 1e-12);
  EXPECT_NEAR(gradient_penalty(gradients(), 1, false).item<double>(), (16 + 0.25) / 2, 1e-11);
  EXPECT_NEAR(gradient_penalty(gradients(), 1, true).item<double>(), 16. / 2, 1e-11);
  EXPECT_NEAR(gradient_penalty(gradients(), 3, false).item<double>(), (4 + 6.25) / 2, 1e-11);
  EXPECT_NEAR(power_gradient_penalty(gradients(), 2).item<double>(), (25 + 0.25) / 2, 1e-11);
  EXPECT_NEAR(power_gradient_penalty(gradients(), 6).item<double>(), (15625 + 0.015625) / 2, 1e-8);
  EXPECT_NEAR(gradient_penalty(gradients(), 6, true).item<double>(), 0, 1e-15);
}

TEST(Penalties, GradientsAreThoseOfFiniteDifferences) {
  const std::vector<Tensor> at{test::numbers("gradient", {4, 2, 3}, 1.5)};
  test::expect_gradients(
      [](const std::vector<Tensor>& x) { return zero_centered_gradient_penalty(x[0]); }, at);
  for (const double power : {2., 6.})
    test::expect_gradients(
        [&](const std::vector<Tensor>& x) { return power_gradient_penalty(x[0], power); }, at);
  for (const bool one_sided : {false, true})
    test::expect_gradients(
        [&](const std::vector<Tensor>& x) { return gradient_penalty(x[0], 1.2, one_sided); }, at);
}

TEST(Penalties, AreFiniteWhereTheGradientIsZero) {
  const Tensor flat = at::zeros({3, 2}, kDouble).set_requires_grad(true);
  const Tensor value = gradient_penalty(flat, 1, false);
  EXPECT_NEAR(value.item<double>(), 1, 1e-5);
  value.backward();
  EXPECT_EQ(flat.grad().abs().max().item<double>(), 0);
}

TEST(Penalties, InterpolationHasOneCoefficientASample) {
  const Tensor real = test::numbers("real", {3, 2, 2}), fake = test::numbers("fake", {3, 2, 2});
  const Tensor u = at::tensor(std::vector<double>{0, 0.25, 0.9}, kDouble);
  const Tensor x = interpolate(real, fake, u.reshape({3, 1}));
  EXPECT_TRUE(test::same(x[0], real[0]));
  EXPECT_LT(test::largest_difference(x[1], 0.75 * real[1] + 0.25 * fake[1]), 1e-15);
  EXPECT_LT(test::largest_difference(x[2], 0.1 * real[2] + 0.9 * fake[2]), 1e-15);
  EXPECT_THROW(interpolate(real, fake.narrow(0, 0, 1), u), Error);
  EXPECT_THROW(interpolate(real, fake, u.narrow(0, 0, 1)), Error);
}

TEST(Penalties, PerturbationsHaveTheirStandardDeviation) {
  const Tensor real = test::numbers("real", {3, 4}), noise = test::numbers("noise", {3, 4});
  EXPECT_LT(test::largest_difference(perturb(real, noise, 0.5) - real, 0.5 * noise), 1e-15);
}

}  // namespace
}  // namespace gannet
