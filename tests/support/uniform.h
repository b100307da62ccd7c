// Are p-values uniform? Kolmogorov's distance, for tests of tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace gannet::test {

// p: multiples of 1 / steps. Uniform ones pass 999 times in 1000.
inline void expect_uniform(std::vector<double> p, int64_t steps, const std::string& what) {
  std::ranges::sort(p);
  const auto n = static_cast<double>(p.size());
  double most = 0;
  for (size_t i = 0; i < p.size(); ++i)
    most =
        std::max({most, p[i] - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - p[i]});
  EXPECT_LT(most, 1.95 / std::sqrt(n) + 1 / static_cast<double>(steps)) << what;
}

}  // namespace gannet::test
