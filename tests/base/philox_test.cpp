// base/philox: the published answers, the lanes against the plain rounds, and the statistics of
// each kind of draw. Every draw is a function of its address, so the statistical tests see the same
// numbers each time; their bounds are set at about one false alarm in a million for a good
// generator.
#include "gannet/base/philox.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <set>
#include <thread>
#include <vector>

#include "gannet/base/error.h"

namespace gannet {
namespace {

// Chi-square of `counts` against equal shares, as standard deviations from its mean (k - 1,
// variance 2 (k - 1)).
double chi_square_deviations(const std::vector<int64_t>& counts) {
  const double total =
      static_cast<double>(std::accumulate(counts.begin(), counts.end(), int64_t{0}));
  const double expected = total / static_cast<double>(counts.size());
  double sum = 0;
  for (const int64_t c : counts) sum += (c - expected) * (c - expected) / expected;
  const double freedom = static_cast<double>(counts.size()) - 1;
  return (sum - freedom) / std::sqrt(2 * freedom);
}

// Kolmogorov-Smirnov distance to `cdf`, times the root of the number of samples (above 2.7: p <
// 1e-6).
template <class Cdf>
double ks_statistic(std::vector<float> x, Cdf cdf) {
  std::sort(x.begin(), x.end());
  const double n = static_cast<double>(x.size());
  double distance = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    const double p = cdf(static_cast<double>(x[i]));
    distance = std::max({distance, p - i / n, (i + 1) / n - p});
  }
  return distance * std::sqrt(n);
}

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

double correlation(const std::vector<float>& a, const std::vector<float>& b) {
  double aa = 0, bb = 0, ab = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    aa += double{a[i]} * a[i];
    bb += double{b[i]} * b[i];
    ab += double{a[i]} * b[i];
  }
  return ab / std::sqrt(aa * bb);
}

std::vector<float> normals(const Address& address, uint32_t sample, size_t n) {
  std::vector<float> x(n);
  normal(address, sample, x);
  return x;
}

TEST(Philox,
     GivesThePublishedKnownAnswers) {  // kat_vectors of Random123, philox4x32 with 10 rounds
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, LanesEqualThePlainRounds) {
  const Address address{
      .seed = 0x123456789abcdef0, .step = 77, .phase = 3, .purpose = Purpose::init, .layer = 9};
  std::vector<float> lanes(4 * 100 + 3);
  uniform(address, 1234567, lanes);
  for (size_t i = 0; i < lanes.size(); ++i) {
    const uint32_t word = address.block(static_cast<uint32_t>(i / 4), 1234567)[i % 4];
    ASSERT_EQ(lanes[i], static_cast<float>(word >> 8) / 16777216.0f) << i;
  }
}

TEST(Philox, ShortDrawsAreTheBeginningOfLongOnes) {
  const Address address{.seed = 5};
  const std::vector<float> all = normals(address, 8, 300);
  for (const size_t n : {0, 1, 2, 3, 4, 5, 63, 64, 65, 127, 299}) {
    const std::vector<float> some = normals(address, 8, n);
    EXPECT_TRUE(std::equal(some.begin(), some.end(), all.begin())) << n;
  }
}

TEST(Philox, TheSameFromAnyThread) {
  const Address address{.seed = 99, .step = 4};
  std::vector<std::vector<float>> rows(64);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (size_t i = t; i < rows.size(); i += 4)
        rows[i] = normals(address, static_cast<uint32_t>(i), 100);
    });
  for (std::thread& thread : threads) thread.join();
  for (size_t i = 0; i < rows.size(); ++i)
    EXPECT_EQ(rows[i], normals(address, static_cast<uint32_t>(i), 100)) << i;
}

TEST(Uniform, IsUniformInValueAndInEachOfItsBits) {
  std::vector<float> x(1 << 20);
  uniform({.seed = 1}, 0, x);
  std::vector<int64_t> bins(1000);
  std::vector<int64_t> ones(24);
  for (const float u : x) {
    ASSERT_GE(u, 0.0f);
    ASSERT_LT(u, 1.0f);
    ++bins[static_cast<size_t>(u * 1000.0)];
    const auto word = static_cast<uint32_t>(u * 0x1p24f);
    for (size_t b = 0; b < 24; ++b) ones[b] += word >> b & 1;
  }
  EXPECT_LT(std::abs(chi_square_deviations(bins)), 5);
  for (const int64_t n : ones) EXPECT_NEAR(n, x.size() / 2.0, 5 * std::sqrt(x.size() / 4.0));
  EXPECT_LT(ks_statistic(x, [](double u) { return u; }), 2.7);
}

TEST(Uniform, PairsOfNeighboursFillTheSquareEvenly) {
  std::vector<float> x(1 << 20);
  uniform({.seed = 2}, 0, x);
  for (const size_t lag : {1, 2, 3, 4, 8, 64}) {
    std::vector<int64_t> cells(32 * 32);
    for (size_t i = 0; i + lag < x.size(); i += 2 * lag)
      for (size_t j = i; j < std::min(i + lag, x.size() - lag); ++j)
        ++cells[static_cast<size_t>(x[j] * 32) * 32 + static_cast<size_t>(x[j + lag] * 32)];
    EXPECT_LT(std::abs(chi_square_deviations(cells)), 5) << lag;
  }
}

TEST(Normal, HasTheMomentsAndTheDistributionOfAStandardNormal) {
  const std::vector<float> x = normals({.seed = 3}, 0, 1 << 20);
  double m1 = 0, m2 = 0, m3 = 0, m4 = 0;
  for (const double v : x) m1 += v, m2 += v * v, m3 += v * v * v, m4 += v * v * v * v;
  const double n = static_cast<double>(x.size());
  EXPECT_NEAR(m1 / n, 0, 5 / std::sqrt(n));
  EXPECT_NEAR(m2 / n, 1, 5 * std::sqrt(2 / n));   // variance of x^2 is 2
  EXPECT_NEAR(m3 / n, 0, 5 * std::sqrt(15 / n));  // of x^3, 15
  EXPECT_NEAR(m4 / n, 3, 5 * std::sqrt(96 / n));  // of x^4, 105 - 9
  EXPECT_LT(ks_statistic(x, normal_cdf), 2.7);
  EXPECT_GT(*std::max_element(x.begin(), x.end()), 4.0f);   // 33 of a million are beyond
  EXPECT_LT(*std::max_element(x.begin(), x.end()), 5.77f);  // the tail ends at sqrt(48 ln 2)
}

TEST(Normal,
     OwnLogAndSinesAgreeWithTheLibrarys) {  // Box-Muller again, from the same words, in double
  const Address address{.seed = 4};
  const std::vector<float> x = normals(address, 6, 1 << 18);
  double worst = 0;
  for (size_t i = 0; i < x.size(); i += 2) {
    const Block words = address.block(static_cast<uint32_t>(i / 4), 6);
    const double u = (words[i % 4] >> 8) * 0x1p-24, v = (words[i % 4 + 1] >> 8) * 0x1p-24;
    const double radius = std::sqrt(-2 * std::log(1 - u)), angle = 2 * std::numbers::pi * v;
    worst = std::max({worst, std::abs(x[i] - radius * std::cos(angle)),
                      std::abs(x[i + 1] - radius * std::sin(angle))});
  }
  EXPECT_LT(worst, 2e-6);
}

TEST(Address, EachPartMakesAStreamOfItsOwn) {
  const Address base{.seed = 7,
                     .step = 3,
                     .phase = 1,
                     .repeat = 2,
                     .purpose = Purpose::noise,
                     .layer = 5,
                     .call = 1};
  constexpr size_t n = 1 << 16;
  std::vector<std::vector<float>> streams = {normals(base, 10, n), normals(base, 11, n)};
  const auto changed = [&](auto change) {
    Address a = base;
    change(a);
    streams.push_back(normals(a, 10, n));
  };
  changed([](Address& a) { a.seed = 8; });
  changed([](Address& a) { a.seed += uint64_t{1} << 32; });
  changed([](Address& a) { a.step = 4; });
  changed([](Address& a) { a.phase = 2; });
  changed([](Address& a) { a.repeat = 3; });
  changed([](Address& a) { a.purpose = Purpose::metric; });
  changed([](Address& a) { a.layer = 6; });
  changed([](Address& a) { a.call = 2; });
  for (size_t i = 0; i < streams.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      EXPECT_LT(std::abs(correlation(streams[i], streams[j])), 5 / std::sqrt(double{n}))
          << i << " " << j;
}

TEST(Address, NoTwoStreamsShareAWord) {
  std::set<uint32_t> seen;
  size_t made = 0;
  for (const uint32_t phase : {0u, 1u, 15u})
    for (const uint32_t repeat : {0u, 1u, 255u})
      for (const Purpose purpose : {Purpose::latent, Purpose::order, Purpose::metric})
        for (const uint32_t layer : {0u, 1u, 2047u})
          for (const uint32_t call : {0u, 1u, 15u}) {
            seen.insert(Address{
                .phase = phase, .repeat = repeat, .purpose = purpose, .layer = layer, .call = call}
                            .stream());
            ++made;
          }
  EXPECT_EQ(seen.size(), made);
}

TEST(Address, RefusesPartsOutOfRange) {
  const auto message = [](const Address& a) -> std::string {
    try {
      a.stream();
      return "";
    } catch (const Error& e) {
      return e.what();
    }
  };
  EXPECT_EQ(message({.phase = 16}), "random stream: phase is 16, at most 15 can be addressed");
  EXPECT_EQ(message({.repeat = 256}), "random stream: repeat is 256, at most 255 can be addressed");
  EXPECT_EQ(message({.layer = 2048}),
            "random stream: layer is 2048, at most 2047 can be addressed");
  EXPECT_EQ(message({.call = 16}), "random stream: call is 16, at most 15 can be addressed");
  EXPECT_EQ(message({.phase = 15, .repeat = 255, .layer = 2047, .call = 15}), "");
}

TEST(Integer, IsUniformBelowItsBound) {
  for (const uint32_t n : {1u, 2u, 3u, 7u, 10u, 1000u}) {
    std::vector<int64_t> counts(n);
    for (uint32_t i = 0; i < 200000; ++i) {
      const uint32_t k = integer({.seed = 11}, i, n);
      ASSERT_LT(k, n);
      ++counts[k];
    }
    if (n > 1) {
      EXPECT_LT(std::abs(chi_square_deviations(counts)), 6) << n;
    }
  }
  uint32_t largest = 0;
  for (uint32_t i = 0; i < 1000; ++i) largest = std::max(largest, integer({.seed = 12}, i, ~0u));
  EXPECT_GT(largest, 0xF0000000u);
  EXPECT_THROW(integer({}, 0, 0), Error);
}

TEST(Permutation, VisitsEachPositionOnce) {
  std::vector<uint32_t> sizes = {1, 2, 3, 5, 6, 7, 10, 25, 1000, 60000, 100000};
  for (uint32_t bits = 2; bits <= 16; ++bits)
    for (const int off : {-1, 0, 1}) sizes.push_back((1u << bits) + static_cast<uint32_t>(off));
  for (const uint32_t n : sizes) {
    const Permutation p({.seed = 21, .step = n, .purpose = Purpose::order}, n);
    std::vector<char> seen(n);
    for (uint32_t i = 0; i < n; ++i) {
      const uint32_t to = p(i);
      ASSERT_LT(to, n);
      ASSERT_FALSE(seen[to]) << n << " " << i;
      seen[to] = 1;
    }
    EXPECT_THROW(p(n), Error);
  }
  EXPECT_THROW(Permutation({}, 0), Error);
}

TEST(Permutation, ReachesTheEndsOfTheLargestRange) {
  const Permutation p({.seed = 3}, ~0u);
  std::set<uint32_t> seen;
  for (uint32_t i = 0; i < 1000; ++i) seen.insert(p(i));
  for (uint32_t i = 0; i < 1000; ++i) seen.insert(p(~0u - 1 - i));
  EXPECT_EQ(seen.size(), 2000u);
}

TEST(Permutation, DiffersFromEpochToEpoch) {
  constexpr uint32_t n = 1000;
  for (uint32_t epoch = 0; epoch < 20; ++epoch) {
    const Permutation a({.seed = 5, .step = epoch, .purpose = Purpose::order}, n);
    const Permutation b({.seed = 5, .step = epoch + 1, .purpose = Purpose::order}, n);
    int same = 0;
    for (uint32_t i = 0; i < n; ++i) same += a(i) == b(i);
    EXPECT_LT(same, 12);  // Poisson with mean 1
  }
}

TEST(Permutation, SendsEachPositionAndEachPairOfNeighboursEverywhereEvenly) {
  for (const uint32_t n : {3u, 4u, 5u, 7u, 16u, 24u, 33u, 100u}) {
    std::vector<int64_t> first(n), last(n),
        gap(n);  // gap 0 can't happen: filled with the mean below
    constexpr uint32_t draws = 40000;
    for (uint32_t seed = 0; seed < draws; ++seed) {
      const Permutation p({.seed = seed, .purpose = Purpose::order}, n);
      ++first[p(0)];
      ++last[p(n - 1)];
      ++gap[(p(1) + n - p(0)) % n];
    }
    EXPECT_EQ(gap[0], 0);
    gap.erase(gap.begin());
    EXPECT_LT(std::abs(chi_square_deviations(first)), 6) << n;
    EXPECT_LT(std::abs(chi_square_deviations(last)), 6) << n;
    EXPECT_LT(std::abs(chi_square_deviations(gap)), 6) << n;
  }
}

TEST(Permutation, LeavesNoTraceOfTheOrderItStartsFrom) {  // rank correlation of position and image
  constexpr uint32_t n = 60000;
  for (uint32_t epoch = 0; epoch < 5; ++epoch) {
    const Permutation p({.seed = 0, .step = epoch, .purpose = Purpose::order}, n);
    std::vector<float> from(n), to(n), next(n);
    for (uint32_t i = 0; i < n; ++i) {
      from[i] = static_cast<float>(i) - (n - 1) / 2.0f;
      to[i] = static_cast<float>(p(i)) - (n - 1) / 2.0f;
      next[i] = static_cast<float>(p((i + 1) % n)) - (n - 1) / 2.0f;
    }
    EXPECT_LT(std::abs(correlation(from, to)), 5 / std::sqrt(double{n}));
    EXPECT_LT(std::abs(correlation(to, next)), 5 / std::sqrt(double{n}));
  }
}

}  // namespace
}  // namespace gannet
