// Formulas of regularizers by hand on fixed numbers, and their gradients by finite differences.
#include "gannet/losses/regularizers.h"

#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gannet/base/error.h"
#include "gannet/losses/adversarial.h"
#include "support/numbers.h"

namespace gannet {
namespace {

using test::numbers;

Tensor matrix(const std::vector<double>& values, const Shape& shape) {
  return at::tensor(values, at::TensorOptions().dtype(at::kDouble)).reshape(shape);
}

TEST(Lecam, PullsEachSideTowardsTheOthersMean) {
  const Logits logits{.real = matrix({1, 3}, {2, 1}), .fake = matrix({-1, 0}, {2, 1})};
  const Tensor mean_real = matrix({2}, {}), mean_fake = matrix({-0.5}, {});
  EXPECT_DOUBLE_EQ(lecam_penalty(logits, mean_real, mean_fake).item<double>(),
                   (1.5 * 1.5 + 3.5 * 3.5) / 2 + (9. + 4) / 2);
  test::expect_gradients(
      [&](const std::vector<Tensor>& x) {
        return lecam_penalty({.real = x[0], .fake = x[1]}, mean_real, mean_fake);
      },
      {logits.real, logits.fake});
}

TEST(Consistency, IsTheMeanSquareOfTheDifference) {
  const Tensor a = matrix({1, 2}, {2, 1}), b = matrix({0, 4}, {2, 1});
  EXPECT_DOUBLE_EQ(consistency_penalty(a, b).item<double>(), 2.5);
  test::expect_gradients(
      [&](const std::vector<Tensor>& x) { return consistency_penalty(x[0], x[1]); }, {a, b});
}

TEST(Orthogonal, CountsOnlyWhatRowsHaveInCommon) {
  const Tensor orthogonal = matrix({2, 0, 0, 3}, {2, 2}), bias = matrix({5, 5}, {2});
  EXPECT_DOUBLE_EQ(orthogonal_regularization(std::vector{orthogonal, bias}).item<double>(), 0);
  // Rows (1, 1) and (1, 2): their product 3 stands twice.
  const Tensor mixed = matrix({1, 1, 1, 2}, {2, 2, 1, 1});
  EXPECT_DOUBLE_EQ(orthogonal_regularization(std::vector{mixed, orthogonal}).item<double>(), 18);
  EXPECT_THROW(orthogonal_regularization(std::vector{bias}), Error);
  test::expect_gradients([](const std::vector<Tensor>& x) { return orthogonal_regularization(x); },
                         {numbers("weight", {3, 2, 2, 2}), numbers("another", {4, 3})}, 1e-6);
}

TEST(PathLength, IsTheNormOfEachSamplesGradient) {
  const Tensor lengths = path_lengths(matrix({3, 4, 0, 1}, {2, 2}));
  EXPECT_NEAR(lengths[0].item<double>(), 5, 1e-12);
  EXPECT_NEAR(lengths[1].item<double>(), 1, 1e-12);
  EXPECT_NEAR(path_length_penalty(lengths, matrix({2}, {1})).item<double>(), (9 + 1) / 2., 1e-11);
  const Tensor average = matrix({0.4}, {1});
  test::expect_gradients(
      [&](const std::vector<Tensor>& x) {
        return path_length_penalty(path_lengths(x[0]), average);
      },
      {numbers("gradient", {3, 4})});
}

}  // namespace
}  // namespace gannet
