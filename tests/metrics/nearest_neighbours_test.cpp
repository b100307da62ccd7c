#include "gannet/metrics/nearest_neighbours.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gannet/tensor/random.h"

namespace gannet {
namespace {

TEST(NearestSearch, FindsWhatComparingAllFinds) {
  constexpr int64_t n = 50, k = 3;
  const Tensor x = normal({.seed = 1}, 0, n, {2, 4}, at::kDouble),
               q = normal({.seed = 2}, 0, 7, {2, 4}, at::kDouble);
  NearestSearch search(q, k);
  for (const auto& [from, to] : {std::pair{0, 1}, {1, 20}, {20, 50}})
    search.add(x.slice(0, from, to), from);
  for (int64_t i = 0; i < 7; ++i) {
    std::vector<std::pair<double, int64_t>> all;
    for (int64_t r = 0; r < n; ++r) all.emplace_back((q[i] - x[r]).norm().item<double>(), r);
    std::ranges::sort(all);
    for (int64_t j = 0; j < k; ++j) {
      EXPECT_EQ(search.indices()[i][j].item<int64_t>(), all[static_cast<size_t>(j)].second);
      EXPECT_NEAR(search.distances()[i][j].item<double>(), all[static_cast<size_t>(j)].first, 1e-9);
    }
  }
}

TEST(NearestSearch, PassesOverAQueryItself) {
  const Tensor x = at::tensor({0.0, 1.0, 3.0}).unsqueeze(1);
  NearestSearch search(x, 1);
  search.add(x, 0, at::tensor({0, 1, 2}, at::kLong));
  EXPECT_TRUE(search.indices().squeeze(1).equal(at::tensor({1, 0, 1}, at::kLong)));
  EXPECT_TRUE(search.distances().squeeze(1).allclose(at::tensor({1.0, 1.0, 2.0}, at::kDouble)));
}

}  // namespace
}  // namespace gannet
