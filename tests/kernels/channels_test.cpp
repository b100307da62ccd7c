// The passes over rows of channels against plain loops, with each set of instructions.
#include "gannet/kernels/channels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "gannet/base/philox.h"
#include "kernels/targets.h"

namespace gannet::kernels {
namespace {

std::vector<float> numbers(int64_t n, uint32_t call) {
  std::vector<float> values(n);
  normal({.seed = 3, .call = call}, 0, values);
  return values;
}

// f(v) and f'(v).
double f(double v, double slope) { return v > 0 ? v : slope * v; }
double df(double v, double slope) { return v > 0 ? 1 : slope; }

void expect_near(double value, float computed, const char* target) {
  EXPECT_NEAR(value, computed, 1e-5 * (1 + std::abs(value))) << target;
}

class Channels : public testing::TestWithParam<int64_t> {
 public:
  const Rows shape{13, GetParam()};
  const int64_t n = shape.rows * shape.channels;
  const float slope = 0.2f;
  const std::vector<float> x = numbers(n, 1), dy = numbers(n, 2),
                           scale = numbers(shape.channels, 3), shift = numbers(shape.channels, 4),
                           mean = numbers(shape.channels, 5), a = numbers(shape.channels, 6);
  int64_t column(int64_t i) const { return i % shape.channels; }
};

TEST_P(Channels, ActivationsAndTheirGradients) {
  test::with_each_target([&](const char* target) {
    std::vector<float> biased(n), scaled(n), g = dy;
    bias_activation(x.data(), shift.data(), shape, slope, biased.data());
    scale_activation(x.data(), scale.data(), shift.data(), shape, slope, scaled.data());
    activation_gradient(g.data(), x.data(), shape, slope, g.data());
    std::vector<float> in_place = x;
    bias_activation(in_place.data(), nullptr, shape, 0, in_place.data());
    for (int64_t i = 0; i < n; ++i) {
      const int64_t c = column(i);
      expect_near(f(double{x[i]} + shift[c], slope), biased[i], target);
      expect_near(f(double{x[i]} * scale[c] + shift[c], slope), scaled[i], target);
      expect_near(dy[i] * df(x[i], slope), g[i], target);
      expect_near(f(x[i], 0), in_place[i], target);
    }
  });
}

TEST_P(Channels, MomentsAndSums) {
  test::with_each_target([&](const char* target) {
    std::vector<float> sums(shape.channels), means = sums, squares = sums;
    column_sums(x.data(), shape, sums.data());
    column_moments(x.data(), shape, means.data(), squares.data());
    for (int64_t c = 0; c < shape.channels; ++c) {
      double sum = 0, square = 0;
      for (int64_t r = 0; r < shape.rows; ++r) sum += x[r * shape.channels + c];
      const double m = sum / static_cast<double>(shape.rows);
      for (int64_t r = 0; r < shape.rows; ++r) square += std::pow(x[r * shape.channels + c] - m, 2);
      expect_near(sum, sums[c], target);
      expect_near(m, means[c], target);
      expect_near(square, squares[c], target);
    }
  });
}

TEST_P(Channels, GradientsThroughANormalization) {
  test::with_each_target([&](const char* target) {
    const Normalized norm{x.data(), scale.data(), shift.data(), mean.data(), shape, slope};
    std::vector<float> sums(shape.channels), products = sums, dx(n);
    normalized_sums(norm, dy.data(), sums.data(), products.data());
    normalized_gradient(norm, dy.data(), a.data(), shift.data(), dx.data());
    std::vector<double> sum(shape.channels), product = sum;
    for (int64_t i = 0; i < n; ++i) {
      const int64_t c = column(i);
      const double apart = double{x[i]} - mean[c];
      const double g = dy[i] * df(double{x[i]} * scale[c] + shift[c], slope);
      sum[c] += g;
      product[c] += g * apart;
      expect_near(scale[c] * g + a[c] * apart + shift[c], dx[i], target);
    }
    for (int64_t c = 0; c < shape.channels; ++c) {
      expect_near(sum[c], sums[c], target);
      expect_near(product[c], products[c], target);
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Sizes, Channels, testing::Values(1, 3, 8, 21, 64));

}  // namespace
}  // namespace gannet::kernels
