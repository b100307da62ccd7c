// Metrics where the answer is known: Gaussians, equal sets, sets far apart; and what they refuse.
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/full.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/linalg_qr.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "gannet/data/raw_samples.h"
#include "gannet/metrics/frechet.h"
#include "gannet/metrics/inception_score.h"
#include "gannet/metrics/kernel_distance.h"
#include "gannet/metrics/log_mel.h"
#include "gannet/metrics/modes.h"
#include "gannet/metrics/ms_ssim.h"
#include "gannet/metrics/parzen.h"
#include "gannet/metrics/precision_recall.h"
#include "gannet/metrics/sliced_wasserstein.h"
#include "gannet/tensor/random.h"
#include "support/error_of.h"

namespace gannet {
namespace {

const at::TensorOptions kDouble = at::TensorOptions().dtype(at::kDouble);

Tensor drawn(uint64_t seed, int64_t n, const Shape& shape) {
  return normal({.seed = seed}, 0, n, shape, kDouble);
}
Tensor images(uint64_t seed, int64_t n, const Shape& shape) {
  return uniform({.seed = seed}, 0, n, shape, kDouble) * 255;
}

TEST(FrechetDistance, OfTwoGaussiansWithCommonAxes) {
  const Tensor q = std::get<0>(at::linalg_qr(drawn(1, 5, {5})));
  const auto along = [&](const std::vector<double>& deviations) {
    return at::matmul(q * at::tensor(deviations, kDouble).square(), q.t());
  };
  const FeatureStatistics a{100, at::zeros({5}, kDouble), along({1, 2, 3, 0, 0})},
      b{100, at::full({5}, 0.5, kDouble), along({2, 2, 1, 0, 4})};
  // |m|^2 + sum of (s - t)^2
  EXPECT_NEAR(frechet_distance(a, b), 5 * 0.25 + 1 + 0 + 4 + 0 + 16, 1e-10);
  EXPECT_NEAR(frechet_distance(a, a), 0, 1e-12);
}

TEST(FrechetDistance, OfAnyGaussiansInOneDimension) {
  const Tensor x = drawn(2, 50, {1}), y = 3 * drawn(3, 60, {1}) + 1;
  const auto deviation = [](const Tensor& t) { return t.std(true).item<double>(); };
  const double means = (x.mean() - y.mean()).item<double>();
  EXPECT_NEAR(frechet_distance(x, y), means * means + std::pow(deviation(x) - deviation(y), 2),
              1e-12);
}

// Against the spread of the distance over samples drawn anew, and over resampled ones.
TEST(FrechetDistance, HasTheErrorOfABootstrap) {
  const Tensor scale = at::tensor({1.0, 2.0, 0.5}, at::kDouble);
  const Tensor real = normal({.seed = 1}, 0, 2000, {3}, at::kDouble);
  const FeatureStatistics of_real = feature_statistics(real);
  const auto fakes = [&](uint64_t seed) {
    return normal({.seed = seed}, 0, 400, {3}, at::kDouble) * scale + 0.3;
  };
  const Tensor x = fakes(2);
  const double error = frechet_error(of_real, feature_statistics(x), x);
  std::vector<double> anew, resampled;
  for (uint64_t i = 0; i < 300; ++i) {
    anew.push_back(frechet_distance(of_real, feature_statistics(fakes(100 + i))));
    const Tensor chosen =
        (uniform({.seed = i}, 0, 400, {1}, at::kDouble) * 400).floor().to(at::kLong).flatten();
    resampled.push_back(frechet_distance(of_real, feature_statistics(x.index_select(0, chosen))));
  }
  for (const std::vector<double>& values : {anew, resampled}) {
    const double spread = at::tensor(values, at::kDouble).std().item<double>();
    EXPECT_NEAR(error, spread, 0.15 * spread);
  }
}

TEST(FrechetDistance, OfConstantFeaturesLosesNoDigits) {
  // 60 constant columns: rounding must not give them a length.
  const Tensor wide = at::cat({drawn(4, 200, {4}) * 50, at::full({200, 60}, 7.0, kDouble)}, 1);
  const Tensor narrow = wide.slice(1, 0, 4);
  const Tensor other = at::cat({drawn(5, 200, {4}) * 50, at::full({200, 60}, 7.0, kDouble)}, 1);
  const double expected = frechet_distance(narrow, other.slice(1, 0, 4));
  EXPECT_NEAR(frechet_distance(wide, other), expected, 1e-9 * expected);
}

TEST(FrechetDistance, OfBytesIsThatOfPixelsFromZeroToOne) {
  const Tensor a = images(6, 40, {9}).floor().to(at::kByte), b = images(7, 40, {9}).to(at::kByte);
  EXPECT_NEAR(frechet_distance(a, b),
              frechet_distance(a.to(at::kDouble) / 255, b.to(at::kDouble) / 255), 1e-12);
}

TEST(FrechetDistance, RefusesFewerSamplesThanDimensions) {
  const Tensor few = drawn(8, 5, {5}), many = drawn(9, 50, {5});
  EXPECT_NE(error_of([&] { frechet_distance(many, few); }).find("5 fake ones"), std::string::npos);
  EXPECT_THROW(frechet_distance(few, many), Error);
  EXPECT_THROW(frechet_distance(many, drawn(9, 50, {4})), Error);
  EXPECT_THROW(frechet_distance(many, many.to(at::kByte)), Error);
  EXPECT_THROW(frechet_distance(many, many / 0.0), Error);
  EXPECT_THROW(frechet_infinity(feature_statistics(many), drawn(1, 14, {5})), Error);
}

TEST(FrechetInfinity, RemovesTheBiasOfFewSamples) {
  const FeatureStatistics true_one{1 << 30, at::zeros({8}, kDouble), at::eye(8, kDouble)};
  const Tensor fake = drawn(10, 2000, {8});
  const FrechetExtrapolation found = frechet_infinity(true_one, fake);
  const double plain = frechet_distance(true_one, feature_statistics(fake));
  EXPECT_EQ(found.sizes.front(), 200);
  EXPECT_EQ(found.sizes.back(), 2000);
  EXPECT_GT(plain, 0.005);
  EXPECT_LT(std::abs(found.value), 0.4 * plain);
  EXPECT_GT(found.slope, 0);
  std::vector<double> anew;
  double errors = 0;
  for (uint64_t seed = 0; seed < 40; ++seed) {
    const FrechetExtrapolation again =
        frechet_infinity(true_one, drawn(100 + seed, 600, {8}) * 1.5, seed);
    anew.push_back(again.value);
    errors += again.error / 40;
  }
  const double spread = at::tensor(anew, at::kDouble).std().item<double>();
  EXPECT_NEAR(errors, spread, 0.3 * spread);
}

TEST(IntraClassDistance, IsTheMeanOfTheClasses) {
  const Tensor real = drawn(11, 60, {3}), fake = 2 * drawn(12, 50, {3});
  const Tensor of_real = at::arange(60, at::kLong).remainder(2),
               of_fake = at::arange(50, at::kLong).remainder(2);
  const IntraClassDistances found = intra_class_frechet(real, of_real, fake, of_fake, 2);
  const double first = frechet_distance(real.slice(0, 0, 60, 2), fake.slice(0, 0, 50, 2));
  EXPECT_NEAR(found.of_class[0], first, 1e-12);
  EXPECT_NEAR(found.mean, (found.of_class[0] + found.of_class[1]) / 2, 1e-12);
  const auto error = [&](int64_t label) {
    const Tensor part = fake.slice(0, label, 50, 2);
    return frechet_error(feature_statistics(real.slice(0, label, 60, 2)), feature_statistics(part),
                         part);
  };
  EXPECT_NEAR(found.error, std::hypot(error(0), error(1)) / 2, 1e-12);
  EXPECT_NE(error_of([&] {
              intra_class_frechet(real, of_real, fake, of_fake, 3);
            }).find("class 2 has 0 real samples"),
            std::string::npos);
}

TEST(KernelDistance, IsUnbiased) {
  // Sets of one distribution: about 0, below as often as above; and its error says how much.
  double sum = 0, squares = 0, errors = 0;
  for (uint64_t seed = 0; seed < 40; ++seed) {
    const KernelDistance d =
        kernel_distance(drawn(100 + seed, 80, {4}), drawn(200 + seed, 60, {4}));
    sum += d.value;
    squares += d.value * d.value;
    errors += d.error;
    EXPECT_EQ(d.subsets, 1);
    EXPECT_EQ(d.value, d.full);
  }
  const double deviation = std::sqrt(squares / 40);
  EXPECT_LT(std::abs(sum / 40), 3 * deviation / std::sqrt(40.0));
  EXPECT_GT(errors / 40, 0.5 * deviation);
}

// Of few samples all kernels are kept, of many those of a subset are computed again.
TEST(KernelDistance, OfSubsetsIsTheSameWhereTheKernelsAreTooManyToKeep) {
  const Tensor real = drawn(1, 3500, {3}), fake = drawn(2, 3500, {3});
  const KernelSubsets subsets{.size = 40, .count = 3, .seed = 5};
  double sum = 0;
  for (int64_t i = 0; i < subsets.count; ++i) {
    Address address{.seed = 5, .purpose = Purpose::metric, .layer = 51};
    address.step = static_cast<uint32_t>(i);
    const auto rows = [&](const Tensor& x) {
      return x.index_select(0, at::tensor(random_choice(x.size(0), 0, subsets.size, address)));
    };
    const Tensor some_real = rows(real);
    address.call = 1;
    sum += kernel_distance(some_real, rows(fake)).full / 3;  // 40 samples: kept
  }
  EXPECT_NEAR(kernel_distance(real, fake, subsets).value, sum, 1e-9);
  EXPECT_NEAR(kernel_distance(real.slice(0, 0, 400), fake.slice(0, 0, 300), subsets).value, 0, 1);
}

TEST(KernelDistance, OfSubsetsIsThatOfAllWithinItsError) {
  const Tensor a = drawn(13, 900, {4}), b = drawn(14, 800, {4}) + 0.5;
  const KernelDistance d = kernel_distance(a, b, {.size = 300, .count = 50});
  EXPECT_NEAR(d.value, d.full, 3 * d.subset_std / std::sqrt(50.0) + 1e-12);
  EXPECT_GT(d.full, 5 * d.error);
  EXPECT_EQ(d.subsets, 50);
  EXPECT_EQ(kernel_distance(a, b.slice(0, 0, 200), {.size = 300, .count = 5}).subset_fake, 200);
  EXPECT_EQ(kernel_distance(a, b, {.size = 300, .count = 50}).value, d.value);
  EXPECT_NE(kernel_distance(a, b, {.size = 300, .count = 50, .seed = 1}).value, d.value);
}

TEST(InceptionScore, IsBetweenOneAndTheClasses) {
  EXPECT_NEAR(inception_score(at::full({20, 4}, 0.25, kDouble), 2).mean, 1, 1e-12);
  const Tensor certain = at::eye(4, kDouble).repeat({5, 1});
  EXPECT_NEAR(inception_score(certain, 5).mean, 4, 1e-12);
  EXPECT_NEAR(inception_score(certain, 5).std, 0, 1e-12);
  EXPECT_THROW(inception_score(certain * 2, 2), Error);
  EXPECT_THROW(inception_score(certain, 30), Error);
}

TEST(Neighbourhoods, ByHand) {
  const auto points = [](std::vector<double> x) { return at::tensor(x, kDouble).unsqueeze(1); };
  const Neighbourhoods n =
      neighbourhoods(points({0, 1, 3, 7}), points({0.5, 10.5, 11, 30}), {1, 2});
  // Real radii: 1 1 2 4 (k = 1), 3 2 3 6 (k = 2); fake ones: 10 .5 .5 19, 10.5 10 10.5 19.5.
  EXPECT_DOUBLE_EQ(precision(n, 1), 3.0 / 4);  // .5, 10.5 and 11 (at the edge)
  EXPECT_DOUBLE_EQ(recall(n, 1), 1);
  EXPECT_DOUBLE_EQ(density(n, 1), 4.0 / 4);
  EXPECT_DOUBLE_EQ(coverage(n, 1), 3.0 / 4);  // not that of 3
  EXPECT_DOUBLE_EQ(density(n, 2), (3 + 1 + 1) / 8.0);
  EXPECT_DOUBLE_EQ(nearest_neighbour_accuracy(n).of_real, 1.0 / 4);  // 3 alone
  EXPECT_THROW(precision(n, 3), Error);
  EXPECT_THROW(neighbourhoods(points({0, 1, 3}), points({0, 1, 3}), {3}), Error);
}

TEST(Neighbourhoods, OfEqualAndOfDistantSets) {
  const Tensor x = drawn(15, 2100, {3}), far = x + 100;  // in more than one part
  const Neighbourhoods same = neighbourhoods(x, x, {3}), apart = neighbourhoods(x, far, {3});
  EXPECT_EQ(precision(same), 1);
  EXPECT_EQ(recall(same), 1);
  EXPECT_EQ(coverage(same, 3), 1);
  EXPECT_EQ(nearest_neighbour_accuracy(same).accuracy, 0);
  EXPECT_EQ(authenticity(same), 0);
  EXPECT_EQ(precision(apart) + recall(apart) + density(apart, 3) + coverage(apart, 3), 0);
  EXPECT_EQ(nearest_neighbour_accuracy(apart).accuracy, 1);
  EXPECT_EQ(authenticity(apart), 1);
}

TEST(Neighbourhoods, OfLikeSetsOfBytes) {
  const Tensor x = images(16, 700, {6}).to(at::kByte), y = images(17, 700, {6}).to(at::kByte);
  const Neighbourhoods n = neighbourhoods(x, y, {5}, neighbour_distances(x, 5));
  EXPECT_NEAR(nearest_neighbour_accuracy(n).accuracy, 0.5, 0.06);
  EXPECT_NEAR(density(n, 5), 1, 0.1);
  EXPECT_NEAR(coverage(n, 5), 1 - std::pow(0.5, 5), 0.03);  // Naeem et al., eq. 8, about
  const Neighbourhoods wide = neighbourhoods(x.to(at::kDouble) / 255, y.to(at::kDouble) / 255, {5});
  EXPECT_EQ(density(n, 5), density(wide, 5));
}

TEST(SlicedWasserstein, OfAShiftIsItsMeanLengthAlongTheDirections) {
  const Tensor x = drawn(18, 50, {3}), directions = random_directions(3, 4000, 1);
  Tensor moved = x.clone();
  moved.select(1, 0) += 2;
  // E|u.e| = 1/2 in three dimensions.
  EXPECT_NEAR(sliced_wasserstein(x, moved, directions), 1, 0.03);
  EXPECT_EQ(sliced_wasserstein(x, x, directions), 0);
  EXPECT_NEAR(directions.square().sum(0).sub(1).abs().max().item<double>(), 0, 1e-12);
  EXPECT_THROW(sliced_wasserstein(x, x.slice(0, 1), directions), Error);
}

// Of sets drawn anew: the deviation of their distances is what one set says of its own.
TEST(SlicedWasserstein, ItsErrorIsThatOfOtherSamples) {
  const Tensor directions = random_directions(3, 40, 3), real = drawn(30, 400, {3});
  std::vector<double> values, errors;
  for (uint64_t seed = 100; seed < 160; ++seed) {
    const SlicedDistance found =
        sliced_distance(real, drawn(seed, 400, {3}) * 1.5 + 0.5, directions);
    EXPECT_NEAR(found.influence.sum().item<double>(), 0, 1e-9);
    EXPECT_EQ(found.value, sliced_wasserstein(real, drawn(seed, 400, {3}) * 1.5 + 0.5, directions));
    values.push_back(found.value);
    errors.push_back(found.error());
  }
  const Tensor of = at::tensor(values, kDouble);
  const double deviation = of.std().item<double>();
  const double said = at::tensor(errors, kDouble).mean().item<double>();
  EXPECT_NEAR(said / deviation, 1, 0.25) << said << " said, " << deviation << " found";
  EXPECT_EQ(sliced_distance(real, real, directions).error(), 0);
}

// The same of images, which the patches of each are one of.
TEST(PyramidDistance, ItsErrorIsThatOfOtherImages) {
  const PatchDistances few{.patches = 16, .directions = 16, .repeats = 1};
  const auto smooth = [](uint64_t seed) {  // each image a ramp of its own steepness
    return uniform({.seed = seed}, 0, 60, {1, 1, 1}, kDouble) * images(7, 60, {1, 16, 16}) +
           at::arange(16, kDouble) * uniform({.seed = seed + 1}, 0, 60, {1, 1, 1}, kDouble) * 20;
  };
  const Tensor real = images(31, 60, {1, 16, 16});
  std::vector<double> values, errors;
  for (uint64_t seed = 200; seed < 260; seed += 2) {
    const PyramidDistance found = pyramid_distance(real, smooth(seed), few);
    values.push_back(found.mean);
    errors.push_back(found.error);
  }
  const double deviation = at::tensor(values, kDouble).std().item<double>();
  const double said = at::tensor(errors, kDouble).mean().item<double>();
  EXPECT_GT(said, deviation / 3) << said << " said, " << deviation << " found";
  EXPECT_LT(said, deviation * 3) << said << " said, " << deviation << " found";
}

TEST(PyramidDistance, SeesDetailsAtTheirLevel) {
  const Tensor x = images(19, 40, {1, 32, 32}), y = images(20, 40, {1, 32, 32});
  const PatchDistances few{.patches = 64, .directions = 32, .repeats = 1};
  const PyramidDistance alike = pyramid_distance(x, y, few);
  EXPECT_EQ(alike.sides, (std::vector<int64_t>{32, 16}));
  const Tensor rows = y.clone();
  rows.slice(2, 0, 32, 2).fill_(0);
  const PyramidDistance other = pyramid_distance(x, rows, few);
  EXPECT_GT(other.of_level[0], 5 * alike.of_level[0]);
  EXPECT_NEAR(other.mean, (other.of_level[0] + other.of_level[1]) / 2, 1e-9);
  EXPECT_EQ(pyramid_distance(x, y, few).mean, alike.mean);
  EXPECT_THROW(pyramid_distance(images(1, 3, {1, 15, 20}), images(1, 3, {1, 15, 20})), Error);
  EXPECT_THROW(pyramid_distance(x, y.slice(0, 1)), Error);
}

TEST(MultiScaleSimilarity, IsOneForEqualImages) {
  const Tensor x = images(21, 6, {3, 28, 28});
  EXPECT_NEAR(ms_ssim(x, x).sub(1).abs().max().item<double>(), 0, 1e-12);
  const Tensor same = x.slice(0, 0, 1).expand({6, 3, 28, 28});
  EXPECT_NEAR(pair_similarity(same, 20).mean, 1, 1e-12);
  const PairSimilarity diverse = pair_similarity(x, 50);
  EXPECT_LT(diverse.mean, 0.5);
  EXPECT_EQ(pair_similarity(x, 50).mean, diverse.mean);
  EXPECT_THROW(pair_similarity(x.slice(0, 0, 1)), Error);
  EXPECT_THROW(ms_ssim(images(1, 2, {1, 12, 28}), images(2, 2, {1, 12, 28})), Error);
}

TEST(ParzenWindow, OfOneSampleIsAGaussian) {
  const Tensor zero = at::zeros({1, 3}, kDouble), test = at::tensor({1.0, 2.0, 2.0}).view({1, 3});
  const double found =
      parzen_log_likelihoods(zero, test.to(at::kDouble), std::vector{2.0}).item<double>();
  EXPECT_NEAR(found, -9.0 / 8 - 3 * std::log(2 * std::sqrt(2 * std::numbers::pi)), 1e-12);
  EXPECT_THROW(parzen_log_likelihoods(zero, zero, std::vector{0.0}), Error);
}

TEST(ParzenWindow, TakesTheWidthThatValidatesBest) {
  const Tensor x = drawn(22, 3000, {1}) * 0.3;
  const ParzenFit fit =
      parzen_log_likelihood(x.slice(0, 0, 1000), x.slice(0, 1000, 2000), x.slice(0, 2000));
  EXPECT_LT(fit.sigma, 0.2);
  // Minus the entropy of the Gaussian.
  EXPECT_NEAR(fit.mean, -0.5 * std::log(2 * std::numbers::pi * std::numbers::e * 0.09), 0.06);
  EXPECT_NEAR(fit.error, std::sqrt(0.5 / 1000), 0.01);
  const Tensor bytes = images(23, 30, {4}).to(at::kByte), wide = bytes.to(at::kDouble) / 255;
  EXPECT_NEAR(parzen_log_likelihood(bytes, bytes, bytes).mean,
              parzen_log_likelihood(wide, wide, wide).mean, 1e-9);
}

TEST(LogMelDistance, OfALouderClipIsTheLogarithmOfItsGain) {
  const Tensor x = drawn(24, 2, {4000});
  EXPECT_NEAR(log_mel_distance(x, x * 2, 16000).mean().item<double>(), std::log(2.0), 1e-9);
  EXPECT_THROW(log_mel_distance(x, x.slice(1, 1), 16000), Error);
  EXPECT_THROW(mel_filterbank(8000, {.high = 5000}), Error);
}

TEST(ModeSpread, OfScaledGaussiansIsTheirScale) {
  for (const int64_t width : {1, 2, 5}) {
    const Modes modes{.centres = {std::vector<double>(static_cast<size_t>(width), 100)},
                      .sigma = 0.5};
    const Tensor z = drawn(25, 20000, {width}) * 0.5;
    EXPECT_NEAR(count_modes(z + 100, modes).mean_spread, 1, 0.02);
    // So narrow that nearly nothing is beyond 3 sigma: what a perfect one loses there shows.
    const double perfect = count_modes(z * 0.2 + 100, modes).mean_spread;
    EXPECT_NEAR(perfect,
                width == 1   ? 0.2 / 0.9866
                : width == 2 ? 0.2 / 0.9744
                             : 0.2 / 0.9159,
                0.005);
    EXPECT_TRUE(std::isnan(count_modes(z, modes).mean_spread)) << "no mode has samples";
  }
}

TEST(LabelModes, CountsAndCompares) {
  const Tensor labels = at::tensor({0, 0, 1, 1}, at::kLong);
  const LabelModes half = count_label_modes(labels, 4);
  EXPECT_EQ(half.modes, 2);
  EXPECT_NEAR(half.reverse_kl, std::log(2.0), 1e-12);
  EXPECT_NEAR(count_label_modes(labels, 3, at::tensor({5.0, 5.0, 0.0})).reverse_kl, 0, 1e-12);
  EXPECT_TRUE(std::isinf(count_label_modes(labels, 2, at::tensor({1.0, 0.0})).reverse_kl));
  EXPECT_THROW(count_label_modes(labels, 1), Error);
}

}  // namespace
}  // namespace gannet
