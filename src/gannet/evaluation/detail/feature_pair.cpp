#include "gannet/evaluation/detail/feature_pair.h"

#include <ATen/TensorOperators.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/metrics/kernel_distance.h"
#include "gannet/metrics/ms_ssim.h"
#include "gannet/metrics/parzen.h"
#include "gannet/metrics/sliced_wasserstein.h"

namespace gannet {
namespace {

constexpr int64_t kValidation = 1000;  // samples that choose the width of Parzen windows
constexpr int64_t kDirections = 512, kSmallest = 16;
constexpr int64_t kPatchNumbers = int64_t{1} << 24;  // of all patches of a set: 64 MB

// Pixels of images as values from 0 to 255.
Tensor grey_levels(const Tensor& images) {
  return images.scalar_type() == at::kByte ? images : images * 255;
}

}  // namespace

FeaturePair::FeaturePair(Setup setup, const FeatureExtractor& extractor, StatisticsCache& cache)
    : setup_(std::move(setup)),
      cache_(cache),
      real_(extractor.extract(setup_.real)),
      fake_(extractor.extract(setup_.fake)) {
  setup_.real_key.append("|").append(extractor.hash());
}

const FeatureStatistics& FeaturePair::real_statistics() {
  if (statistics_) return *statistics_;
  const NamedTensors kept = cache_.get(setup_.real_key + "|moments", [&] {
    const FeatureStatistics s = feature_statistics(real_);
    return NamedTensors{{"mean", s.mean}, {"covariance", s.covariance}};
  });
  statistics_ = {real_.size(0), kept.at(0).second, kept.at(1).second};
  return *statistics_;
}

const Neighbourhoods& FeaturePair::neighbours() {
  if (neighbours_) return *neighbours_;
  const int64_t most = setup_.ks.empty() ? 1 : std::ranges::max(setup_.ks);
  for (const auto& [side, x] : {std::pair("real", real_), std::pair("fake", fake_)})
    if (x.size(0) <= most)
      throw Error("expected more than " + std::to_string(most) + " " + side + " samples, found " +
                      std::to_string(x.size(0)),
                  "k = " + std::to_string(most), "more samples, or a smaller k: precision_k2");
  const NamedTensors kept = cache_.get(setup_.real_key + "|radii " + std::to_string(most), [&] {
    return NamedTensors{{"radii", neighbour_distances(real_, most)}};
  });
  neighbours_ = neighbourhoods(real_, fake_, setup_.ks, kept.at(0).second);
  return *neighbours_;
}

MetricValue FeaturePair::of_neighbours(const MetricRequest& request) {
  const Neighbourhoods& n = neighbours();
  if (request.metric == "precision") return {precision(n, request.k), {}, {}};
  if (request.metric == "recall") return {recall(n, request.k), {}, {}};
  if (request.metric == "density") return {density(n, request.k), {}, {}};
  if (request.metric == "coverage") return {coverage(n, request.k), {}, {}};
  if (request.metric == "authenticity") return {authenticity(n), {}, {}};
  const NearestNeighbourAccuracy found = nearest_neighbour_accuracy(n);
  return {found.accuracy, {}, {{"of_real", found.of_real}, {"of_fake", found.of_fake}}};
}

MetricValue FeaturePair::frechet(bool extrapolated) {
  if (!extrapolated)
    return {frechet_distance(real_statistics(), feature_statistics(fake_)), {}, {}};
  const FrechetExtrapolation found = frechet_infinity(real_statistics(), fake_, setup_.seed);
  return {found.value, {}, {{"slope", found.slope}, {"of_all", found.distances.back()}}};
}

MetricValue FeaturePair::kernel() {
  const KernelDistance found = kernel_distance(real_, fake_, {.seed = setup_.seed});
  return {found.value,
          found.error,
          {{"subset_real", static_cast<double>(found.subset_real)},
           {"subset_fake", static_cast<double>(found.subset_fake)},
           {"subsets", static_cast<double>(found.subsets)},
           {"subset_std", found.subset_std},
           {"full", found.full}}};
}

MetricValue FeaturePair::parzen() {
  const int64_t n = real_.size(0), validation = std::min(kValidation, n / 2);
  if (validation < 1)
    throw Error("a Parzen window needs two real samples, found " + std::to_string(n), "");
  const ParzenFit found =
      parzen_log_likelihood(fake_, real_.slice(0, 0, validation), real_.slice(0, validation));
  return {found.mean,
          found.error,
          {{"sigma", found.sigma},
           {"validation", static_cast<double>(validation)},
           {"test", static_cast<double>(n - validation)}}};
}

MetricValue FeaturePair::sliced() {
  int64_t n = std::min(real_.size(0), fake_.size(0));
  const Tensor &real = setup_.real, &fake = setup_.fake;
  const bool images = real.dim() == 4 && std::min(real.size(2), real.size(3)) >= kSmallest;
  if (!images)
    return {sliced_wasserstein(real_.slice(0, 0, n), fake_.slice(0, 0, n),
                               random_directions(real_.size(1), kDirections, setup_.seed)),
            {},
            {{"samples", static_cast<double>(n)}}};
  const PatchDistances how{.seed = setup_.seed};
  n = std::min(n, kPatchNumbers / (how.patches * 49 * real.size(1)));
  const PyramidDistance found = pyramid_distance(real.slice(0, 0, n), fake.slice(0, 0, n), how);
  MetricValue value{found.mean, {}, {{"samples", static_cast<double>(n)}}};
  for (size_t i = 0; i < found.sides.size(); ++i)
    value.details["of_" + std::to_string(found.sides[i])] = found.of_level[i];
  return value;
}

MetricValue FeaturePair::similarity() {
  const PairSimilarity found = pair_similarity(grey_levels(setup_.fake), 1000, setup_.seed);
  return {found.mean, found.error, {{"pairs", static_cast<double>(found.pairs)}}};
}

MetricValue FeaturePair::value(const MetricRequest& request) {
  if (request.metric == "fd" || request.metric == "fd_inf")
    return frechet(request.metric == "fd_inf");
  if (request.metric == "kid") return kernel();
  if (request.metric == "parzen") return parzen();
  if (request.metric == "swd") return sliced();
  if (request.metric == "ms_ssim") return similarity();
  return of_neighbours(request);
}

}  // namespace gannet
