#include "gannet/evaluation/detail/feature_pair.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gannet/base/error.h"
#include "gannet/data/raw_samples.h"
#include "gannet/evaluation/detail/sample_metrics.h"
#include "gannet/evaluation/feature_net.h"
#include "gannet/metrics/inception_score.h"
#include "gannet/metrics/kernel_distance.h"
#include "gannet/metrics/ms_ssim.h"
#include "gannet/metrics/parzen.h"
#include "gannet/metrics/sliced_wasserstein.h"

namespace gannet {
namespace {

constexpr int64_t kValidation = 1000;  // samples that choose the width of Parzen windows
constexpr uint32_t kPooledOrder = 63, kSplitOrder = 64, kSubset = 65;  // Address::layer
constexpr int64_t kDirections = 512, kSmallest = 16;
constexpr int64_t kPatchNumbers = int64_t{1} << 24;  // of all patches of a set: 64 MB

// Pixels of images as values from 0 to 255.
Tensor grey_levels(const Tensor& images) {
  return images.scalar_type() == at::kByte ? images : images * 255;
}

// n of a side's samples, by the seed: the first ones of a file may be of one kind.
std::vector<int64_t> some_rows(int64_t size, int64_t n, uint64_t seed) {
  if (n == size) {
    std::vector<int64_t> all(static_cast<size_t>(n));
    std::iota(all.begin(), all.end(), 0);
    return all;
  }
  return random_choice(size, 0, n, {.seed = seed, .purpose = Purpose::metric, .layer = kSubset});
}

}  // namespace

FeaturePair::FeaturePair(Setup setup, StatisticsCache& cache)
    : setup_(std::move(setup)), cache_(cache) {}

const FeatureStatistics& FeaturePair::real_statistics() {
  if (statistics_) return *statistics_;
  const NamedTensors kept = cache_.get(setup_.real_key + "|moments", [&] {
    const FeatureStatistics s = feature_statistics(setup_.real->features());
    return NamedTensors{{"mean", s.mean}, {"covariance", s.covariance}};
  });
  statistics_ = {setup_.real->size(), kept.at(0).second, kept.at(1).second};
  return *statistics_;
}

const Neighbourhoods& FeaturePair::neighbours() {
  if (neighbours_) return *neighbours_;
  const int64_t most = setup_.ks.empty() ? 1 : std::ranges::max(setup_.ks);
  if (const int64_t least = std::min(setup_.real->size(), setup_.fake->size()); least <= most)
    throw Error(
        "expected more than " + std::to_string(most) + " samples, found " + std::to_string(least),
        "");
  const NamedTensors kept = cache_.get(setup_.real_key + "|radii " + std::to_string(most), [&] {
    return NamedTensors{{"radii", neighbour_distances(setup_.real->features(), most)}};
  });
  neighbours_ = neighbourhoods(setup_.real->features(), setup_.fake->features(), setup_.ks,
                               kept.at(0).second);
  return *neighbours_;
}

MetricValue FeaturePair::of_neighbours(const MetricRequest& request) {
  const Neighbourhoods& n = neighbours();
  const int64_t reals = setup_.real->size(), fakes = setup_.fake->size();
  const auto share = [](double value, int64_t count) {
    return MetricValue{value, share_error(value, count), {}};
  };
  if (request.metric == "precision") return share(precision(n, request.k), fakes);
  if (request.metric == "recall") return share(recall(n, request.k), reals);
  if (request.metric == "density") return {density(n, request.k), density_error(n, request.k), {}};
  if (request.metric == "coverage") return share(coverage(n, request.k), reals);
  if (request.metric == "authenticity") return share(authenticity(n), fakes);
  const NearestNeighbourAccuracy found = nearest_neighbour_accuracy(n);
  return {found.accuracy,
          share_error(found.accuracy, reals + fakes),
          {{"of_real", found.of_real}, {"of_fake", found.of_fake}}};
}

MetricValue FeaturePair::frechet(bool extrapolated) {
  if (!extrapolated) {
    const FeatureStatistics fake = feature_statistics(setup_.fake->features());
    const double value = frechet_distance(real_statistics(), fake);
    return {value, frechet_error(real_statistics(), fake, setup_.fake->features()), {}};
  }
  const FrechetExtrapolation found =
      frechet_infinity(real_statistics(), setup_.fake->features(), setup_.seed);
  return {found.value, found.error, {{"slope", found.slope}, {"of_all", found.distances.back()}}};
}

MetricValue FeaturePair::kernel() {
  const KernelDistance found =
      kernel_distance(setup_.real->features(), setup_.fake->features(), {.seed = setup_.seed});
  return {found.value,
          found.error,
          {{"subset_real", static_cast<double>(found.subset_real)},
           {"subset_fake", static_cast<double>(found.subset_fake)},
           {"subsets", static_cast<double>(found.subsets)},
           {"subset_std", found.subset_std},
           {"full", found.full}}};
}

MetricValue FeaturePair::parzen() {
  const Tensor& real = setup_.real->features();
  const int64_t n = real.size(0), validation = std::min(kValidation, n / 2);
  if (validation < 1)
    throw Error("a Parzen window needs two real samples, found " + std::to_string(n), "");
  const ParzenFit found = parzen_log_likelihood(
      setup_.fake->features(), real.slice(0, 0, validation), real.slice(0, validation));
  return {found.mean,
          found.error,
          {{"sigma", found.sigma},
           {"validation", static_cast<double>(validation)},
           {"test", static_cast<double>(n - validation)}}};
}

MetricValue FeaturePair::sliced() {
  int64_t n = std::min(setup_.real->size(), setup_.fake->size());
  if (n < 2)
    throw Error(
        "a sliced Wasserstein distance needs two samples of each side, found " + std::to_string(n),
        "");
  const Shape dims = setup_.real->source().dims();
  const bool images = dims.size() == 3 && std::min(dims[1], dims[2]) >= kSmallest;
  if (!images) {
    const auto some = [&](SampleFeatures& side) {
      const Tensor& all = side.features();
      if (side.size() == n) return all;
      return all.index_select(0, at::tensor(some_rows(side.size(), n, setup_.seed), at::kLong));
    };
    const SlicedDistance found = sliced_distance(
        some(*setup_.real), some(*setup_.fake),
        random_directions(setup_.real->features().size(1), kDirections, setup_.seed));
    return {found.value, found.error(), {{"samples", static_cast<double>(n)}}};
  }
  const PatchDistances how{.seed = setup_.seed};
  n = std::min(n, kPatchNumbers / (how.patches * 49 * dims[0]));
  const PyramidDistance found = pyramid_distance(
      setup_.real->some_samples(some_rows(setup_.real->size(), n, setup_.seed)),
      setup_.fake->some_samples(some_rows(setup_.fake->size(), n, setup_.seed)), how);
  MetricValue value{found.mean, found.error, {{"samples", static_cast<double>(n)}}};
  for (size_t i = 0; i < found.sides.size(); ++i)
    value.details["of_" + std::to_string(found.sides[i])] = found.of_level[i];
  return value;
}

MetricValue FeaturePair::similarity() {
  const PairSimilarity found =
      pair_similarity(grey_levels(setup_.fake->samples()), 1000, setup_.seed);
  return {found.mean, found.error, {{"pairs", static_cast<double>(found.pairs)}}};
}

// Splits of samples in the seed's order: files are often in that of their classes, which would be
// one a split.
MetricValue FeaturePair::score() {
  const int64_t n = setup_.fake->size();
  const Address address{.seed = setup_.seed, .purpose = Purpose::metric, .layer = kSplitOrder};
  const Tensor order = at::tensor(random_choice(n, 0, n, address), at::kLong);
  const Tensor scores = setup_.fake->scores().to(at::kCPU, at::kDouble).index_select(0, order);
  const InceptionScore found = inception_score(at::softmax(scores, 1));
  return {found.mean, found.std / std::sqrt(10.0), {{"splits", 10}, {"split_std", found.std}}};
}

// Both sides in an order that does not know them (metrics/two_sample.h).
MetricValue FeaturePair::two_sample(const std::string& metric) {
  const bool points = setup_.real->source().dims().size() == 1;
  if (!pooled_distances_.defined()) {
    const int64_t reals = setup_.real->size(), fakes = setup_.fake->size(), n = reals + fakes;
    const Address address{.seed = setup_.seed, .purpose = Purpose::metric, .layer = kPooledOrder};
    const Tensor order = at::tensor(random_choice(n, 0, n, address), at::kLong);
    const Tensor both = at::cat({setup_.real->features().to(at::kCPU, at::kDouble).flatten(1),
                                 setup_.fake->features().to(at::kCPU, at::kDouble).flatten(1)});
    pooled_distances_ = squared_distances(both.index_select(0, order), /*scaled=*/points);
    pooled_labels_ = order.lt(reals).to(at::kDouble);
  }
  const Permutations how{.seed = setup_.seed};
  const auto test = metric == "p_mmd"      ? kernel_test
                    : metric == "p_energy" ? energy_test
                    : metric == "p_1nn"    ? nearest_neighbour_test
                                           : spanning_tree_test;
  const TestResult found = test(pooled_distances_, pooled_labels_, how);
  return {found.p_value,
          {},
          {{"statistic", found.statistic}, {"permutations", static_cast<double>(how.count)}}};
}

MetricValue FeaturePair::of_stack(const std::string& metric) {
  if (!stacked_modes_)
    stacked_modes_ =
        stacked_modes(setup_.fake->samples(), shipped_feature_net(setup_.stacked, setup_.device));
  const bool count = metric == "modes";
  return {count ? static_cast<double>(stacked_modes_->modes) : stacked_modes_->reverse_kl,
          {},
          {{"modes_total", static_cast<double>(stacked_modes_->modes_total)}}};
}

MetricValue FeaturePair::value(const MetricRequest& request) {
  const std::string& metric = request.metric;
  if (metric == "fd" || metric == "fid" || metric == "fd_inf") return frechet(metric == "fd_inf");
  if (metric == "is") return score();
  if (metric_of(request).tested > 0) return two_sample(metric);
  SampleFeatures &real = *setup_.real, &fake = *setup_.fake;
  if (metric == "gan-train" || metric == "gan-test") {
    const bool train = metric == "gan-train";
    return classification_accuracy(train ? fake : real, train ? real : fake, setup_.seed,
                                   setup_.device);
  }
  if (metric == "intra_fd") return intra_class_distance(real, fake);
  if (metric_of(request).needs == MetricNeeds::modes)
    return setup_.stacked.empty() ? of_modes(metric, fake, setup_.modes) : of_stack(metric);
  if (metric == "log-mel") return mel_distance(real, fake);
  if (request.metric == "kid") return kernel();
  if (request.metric == "parzen") return parzen();
  if (request.metric == "swd") return sliced();
  if (request.metric == "ms_ssim") return similarity();
  return of_neighbours(request);
}

}  // namespace gannet
