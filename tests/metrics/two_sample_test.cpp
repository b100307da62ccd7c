// Two-sample tests: values against the textbook's sums, p-values uniform for like sets and as small
// as they can be for unlike ones.
#include "gannet/metrics/two_sample.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "gannet/tensor/random.h"
#include "support/uniform.h"

namespace gannet {
namespace {

const at::TensorOptions kDouble = at::TensorOptions().dtype(at::kDouble);

Tensor labels(int64_t ones, int64_t zeros) {
  return at::cat({at::ones({ones}, kDouble), at::zeros({zeros}, kDouble)});
}

Tensor drawn(uint64_t seed, int64_t n, const Shape& shape) {
  return normal({.seed = seed}, 0, n, shape, kDouble);
}

using AnyTest =
    std::function<TestResult(const Tensor& x, const Tensor& labels, const Permutations&)>;

const AnyTest kKernel = [](const Tensor& x, const Tensor& l, const Permutations& how) {
  return kernel_test(squared_distances(x), l, how);
};
const AnyTest kNearest = [](const Tensor& x, const Tensor& l, const Permutations& how) {
  return nearest_neighbour_test(squared_distances(x), l, how);
};
const AnyTest kEnergy = [](const Tensor& x, const Tensor& l, const Permutations& how) {
  return energy_test(squared_distances(x), l, how);
};
const AnyTest kTree = [](const Tensor& x, const Tensor& l, const Permutations& how) {
  return spanning_tree_test(squared_distances(x), l, how);
};
// A classifier that guesses is a test all the same.
const AnyTest kScores = [](const Tensor& x, const Tensor& l, const Permutations& how) {
  return classifier_test(x.reshape({x.size(0), -1}).select(1, 0), l, how);
};

std::vector<double> null_p_values(const AnyTest& test, const Shape& shape, int64_t first,
                                  int64_t second) {
  std::vector<double> p;
  for (uint64_t seed = 0; seed < 250; ++seed)
    p.push_back(test(drawn(1000 + seed, first + second, shape), labels(first, second),
                     {.seed = seed, .count = 199})
                    .p_value);
  return p;
}

TEST(TwoSampleTests, HaveUniformPValuesForLikeSets) {
  for (const auto& [name, test] : {std::pair{"mmd", kKernel},
                                   {"1nn", kNearest},
                                   {"c2st", kScores},
                                   {"energy", kEnergy},
                                   {"tree", kTree}})
    for (const Shape& shape : {Shape{2}, Shape{20}, Shape{3, 4, 4}}) {
      const std::string what = std::string(name) + " of " + to_string(shape);
      test::expect_uniform(null_p_values(test, shape, 15, 15), 200, what);
      test::expect_uniform(null_p_values(test, shape, 8, 20), 200, what + ", unequal sizes");
    }
}

TEST(TwoSampleTests, HaveTheSmallestPValueForSetsFarApart) {
  for (const Shape& shape : {Shape{2}, Shape{3, 4, 4}}) {
    Tensor x = drawn(1, 60, shape);
    x.slice(0, 0, 30) += 4;
    for (const AnyTest& test : {kKernel, kNearest, kScores, kEnergy, kTree})
      EXPECT_EQ(test(x, labels(30, 30), {.count = 199}).p_value, 1.0 / 200);
  }
}

TEST(TwoSampleTests, LetTheLotDecideWhereAllValuesAreEqual) {
  const Tensor same = at::ones({30, 3}, kDouble);
  std::vector<double> p;
  for (uint64_t seed = 0; seed < 250; ++seed)
    p.push_back(kKernel(same, labels(15, 15), {.seed = seed, .count = 199}).p_value);
  test::expect_uniform(p, 200, "equal values");
}

TEST(TwoSampleTests, SeeADifferenceOfSpreadAlone) {
  Tensor x = drawn(2, 200, {2});
  x.slice(0, 0, 100) *= 2;
  EXPECT_LT(kKernel(x, labels(100, 100), {.count = 999}).p_value, 0.01);
}

TEST(KernelTest, IsTheUnbiasedSumOfItsDefinition) {
  constexpr int64_t n = 5, m = 4;
  const Tensor x = drawn(3, n + m, {3}), d = squared_distances(x);
  std::vector<double> others;
  for (int64_t i = 0; i < n + m; ++i)
    for (int64_t j = 0; j < n + m; ++j) {
      EXPECT_NEAR(d[i][j].item<double>(), (x[i] - x[j]).square().sum().item<double>(), 1e-12);
      if (i != j) others.push_back(d[i][j].item<double>());
    }
  std::ranges::sort(others);
  const double median = others[(others.size() - 1) / 2];
  const auto kernel = [&](int64_t i, int64_t j) {
    double sum = 0;
    for (const double width : {0.25, 0.5, 1.0, 2.0, 4.0})
      sum += std::exp(-d[i][j].item<double>() / (2 * width * width * median));
    return sum;
  };
  double expected = 0;
  for (int64_t i = 0; i < n + m; ++i)
    for (int64_t j = 0; j < n + m; ++j) {
      if (i == j) continue;
      const double weight = i < n && j < n     ? 1.0 / (n * (n - 1))
                            : i >= n && j >= n ? 1.0 / (m * (m - 1))
                                               : -1.0 / (n * m);
      expected += weight * kernel(i, j);
    }
  EXPECT_NEAR(kernel_test(d, labels(n, m), {}).statistic, expected, 1e-12);
}

TEST(EnergyTest, IsTheSumOfItsDefinition) {
  constexpr int64_t n = 5, m = 4;
  const Tensor x = drawn(5, n + m, {3});
  double expected = 0;
  for (int64_t i = 0; i < n + m; ++i)
    for (int64_t j = 0; j < n + m; ++j) {
      const double weight = i < n && j < n     ? -1.0 / (n * n)
                            : i >= n && j >= n ? -1.0 / (m * m)
                                               : 1.0 / (n * m);
      expected += weight * (x[i] - x[j]).norm().item<double>();
    }
  EXPECT_NEAR(energy_test(squared_distances(x), labels(n, m), {}).statistic, expected, 1e-9);
}

TEST(SpanningTreeTest, CountsEdgesWithinASet) {
  const auto share = [](const std::vector<double>& x) {
    const Tensor points = at::tensor(x, at::kDouble).unsqueeze(1);
    const auto half = static_cast<int64_t>(x.size() / 2);
    return spanning_tree_test(squared_distances(points), labels(half, half), {}).statistic;
  };
  EXPECT_DOUBLE_EQ(share({0, 1, 2, 10, 11, 12}), 4.0 / 5);  // a line: one edge joins the sets
  EXPECT_EQ(share({0, 2, 4, 1, 3, 5}), 0);                  // in turn
  // A star: four points around one of their own set, and one of the other set far away.
  const Tensor star =
      at::tensor({0.0, 0.0, 1.0, 0.0, -1.0, 0.0, 0.0, 1.0, 5.0, 5.0, 0.0, -1.0}, at::kDouble)
          .reshape({6, 2});
  EXPECT_DOUBLE_EQ(spanning_tree_test(squared_distances(star), labels(4, 2), {}).statistic,
                   3.0 / 5);
}

TEST(NearestNeighbourTest, CountsNeighboursOfTheSameSet) {
  const auto share = [](const std::vector<double>& x) {
    const Tensor points = at::tensor(x, at::kDouble).unsqueeze(1);
    const auto half = static_cast<int64_t>(x.size() / 2);
    return nearest_neighbour_test(squared_distances(points), labels(half, half), {}).statistic;
  };
  EXPECT_EQ(share({0, 0.1, 5, 5.1}), 1);
  EXPECT_EQ(share({0, 5, 0.1, 5.1}), 0);                       // each is a copy of the other's
  EXPECT_DOUBLE_EQ(share({0, 0.1, 5, 5.1, 7, 7.1}), 2.0 / 3);  // 5 and 5.1 are of two sets
}

TEST(ClassifierTest, IsTheShareOfRightAnswers) {
  const Tensor scores = at::tensor({1.0, 2.0, -1.0, -3.0, 0.5}, kDouble);
  EXPECT_DOUBLE_EQ(classifier_test(scores, labels(3, 2), {}).statistic, 0.6);
}

TEST(SquaredDistances, OfScaledColumnsForgetTheirUnits) {
  const Tensor x = drawn(4, 10, {3}), units = at::tensor({1.0, 1000.0, 1e-3}, kDouble);
  EXPECT_TRUE(squared_distances(x * units, true).allclose(squared_distances(x, true)));
  EXPECT_FALSE(squared_distances(x * units).allclose(squared_distances(x)));
}

}  // namespace
}  // namespace gannet
