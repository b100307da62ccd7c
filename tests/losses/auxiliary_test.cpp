// Auxiliary losses by hand on fixed numbers, and their gradients by finite differences.
#include "gannet/losses/auxiliary.h"

#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gannet/base/error.h"
#include "support/numbers.h"

namespace gannet {
namespace {

using test::numbers;

Tensor matrix(const std::vector<double>& values, const Shape& shape) {
  return at::tensor(values, at::TensorOptions().dtype(at::kDouble)).reshape(shape);
}

TEST(Classification, IsMinusTheLogarithmOfTheLabelsProbability) {
  const Tensor scores = matrix({1, 2, 3, 0, 0, 0}, {2, 3});
  const Tensor labels = at::tensor({2, 0}, at::kLong);
  const double first = -std::log(std::exp(3) / (std::exp(1) + std::exp(2) + std::exp(3)));
  EXPECT_NEAR(classification_loss(scores, labels).item<double>(), (first + std::log(3)) / 2, 1e-14);
  test::expect_gradients(
      [&](const std::vector<Tensor>& x) { return classification_loss(x[0], labels); }, {scores});
}

TEST(AttributeRegression, IsTheMeanOverSamplesOfTheSquaredDistance) {
  const Tensor said = matrix({1, 0, 0.5, 2}, {2, 2}), vector = matrix({1, 1, 0, 0}, {2, 2});
  EXPECT_NEAR(attribute_regression(said, vector).item<double>(), (1 + 0.25 + 4) / 2, 1e-14);
  test::expect_gradients(
      [&](const std::vector<Tensor>& x) { return attribute_regression(x[0], vector); }, {said});
}

TEST(Contrastive, IsTheCrossEntropyOfTheOwnSentenceByTheCosine) {
  const Tensor images = matrix({2, 0, 0, 5, 3, 4}, {3, 2});
  const Tensor sentences = matrix({1, 0, 0, 7, 0, 1}, {3, 2});
  const auto log_sum = [](double a, double b) { return std::log(std::exp(a) + std::exp(b)); };
  const Tensor all_differ = at::tensor({1, 2, 3}, at::kLong).view({3, 1});
  // Cosines with the three sentences: (1, 0, 0), (0, 1, 1), (0.6, 0.8, 0.8), ten times as sharp.
  const double first = log_sum(10, log_sum(0, 0)) - 10, second = log_sum(0, log_sum(10, 10)) - 10,
               third = log_sum(6, log_sum(8, 8)) - 8;
  EXPECT_NEAR(contrastive_loss(images, sentences, all_differ).item<double>(),
              (first + second + third) / 3, 1e-9);
  // The second and the third say the same: neither is another one to the other.
  const Tensor twins = at::tensor({1, 2, 2}, at::kLong).view({3, 1});
  EXPECT_NEAR(contrastive_loss(images, sentences, twins).item<double>(),
              (first + log_sum(0, 10) - 10 + log_sum(6, 8) - 8) / 3, 1e-9);
  test::expect_gradients(
      [&](const std::vector<Tensor>& x) { return contrastive_loss(x[0], x[1], twins); },
      {images, sentences});
}

TEST(FeatureMatching, IsTheSquaredDistanceOfTheMeans) {
  const Tensor real = matrix({1, 2, 3, 4}, {2, 2}), fake = matrix({0, 0, 1, 1, 2, 2}, {3, 2});
  // Means (2, 3) and (1, 1).
  EXPECT_DOUBLE_EQ(feature_matching_loss(real, fake).item<double>(), (1 + 4) / 2.);
  test::expect_gradients(
      [&](const std::vector<Tensor>& x) { return feature_matching_loss(x[0], x[1]); },
      {real, fake});
}

TEST(GradientRatio, MakesTheGradientsOfTwoLossesProportional) {
  const Tensor x = numbers("samples", {4, 3}).set_requires_grad(true);
  const Tensor hidden = x * 2;
  const Tensor main = hidden.square().sum(), adversarial = hidden.sum();
  // |d main/dh| = 2 |h|, |d adversarial/dh| = sqrt(12)
  const double expected = 0.5 * std::sqrt(12) / (2 * hidden.norm().item<double>());
  const Tensor scale = gradient_ratio_factor(main, adversarial, hidden, 0.5);
  EXPECT_NEAR(scale.item<double>(), expected, 1e-10);
  EXPECT_FALSE(scale.requires_grad());
  (main * scale + adversarial).backward();  // the graphs are still there
  EXPECT_TRUE(x.grad().defined());
  EXPECT_THROW(gradient_ratio_factor(numbers("y", {2}).set_requires_grad(true).sum(), adversarial,
                                     hidden, 1),
               Error);
}

}  // namespace
}  // namespace gannet
