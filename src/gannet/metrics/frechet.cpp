#include "gannet/metrics/frechet.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/linalg_svdvals.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/outer.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "gannet/base/error.h"
#include "gannet/data/raw_samples.h"
#include "gannet/metrics/detail/features.h"

namespace gannet {
namespace {

constexpr uint32_t kSubsetDraw = 50;  // Address::layer

// A [D, r] with A A^T = C. Directions that rounding alone gives a length are left out.
Tensor factor(const Tensor& covariance) {
  const auto [values, vectors] = at::linalg_eigh(covariance);
  const double largest = values[-1].item<double>();
  const double least = std::max(largest, 0.0) * std::numeric_limits<double>::epsilon() *
                       static_cast<double>(values.numel());
  const Tensor kept = values.gt(least).nonzero().squeeze(1);
  return vectors.index_select(1, kept) * values.index_select(0, kept).sqrt();
}

void check_samples(const FeatureStatistics& s, const char* side) {
  if (s.samples > s.mean.numel()) return;
  throw Error("a Frechet distance of " + std::to_string(s.mean.numel()) +
                  " features needs more samples than that, found " + std::to_string(s.samples) +
                  " " + side + " ones",
              "", "more samples, or features of fewer dimensions");
}

// The line intercept + slope x of least squares; error: the intercept's standard error by what the
// points are off the line.
struct Line {
  double intercept = 0, slope = 0, error = 0;
};
Line fitted_line(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  const double mean_x = std::accumulate(x.begin(), x.end(), 0.0) / n;
  const double mean_y = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double xx = 0, xy = 0, off = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  Line line{.slope = xx > 0 ? xy / xx : 0};
  line.intercept = mean_y - line.slope * mean_x;
  for (size_t i = 0; i < x.size(); ++i)
    off += std::pow(y[i] - line.intercept - line.slope * x[i], 2);
  if (n > 2 && xx > 0) line.error = std::sqrt(off / (n - 2) * (1 / n + mean_x * mean_x / xx));
  return line;
}

}  // namespace

void FeatureMoments::add(const Tensor& features) {
  check_features(features, "features");
  if (shift_.defined()) check_shape(features, {-1, shift_.numel()}, "features");
  for_parts(features.size(0), rows_at_once(features.size(1)), [&](int64_t from, int64_t to) {
    const Tensor rows = feature_rows(features, from, to);
    if (!shift_.defined()) {
      shift_ = rows.mean(0);
      sum_ = (shift_ * 0).contiguous();
      products_ = at::outer(sum_, sum_);
    }
    const Tensor x = rows - shift_;
    sum_ += x.sum(0);
    products_.addmm_(x.t(), x);
    samples_ += to - from;
  });
}

FeatureStatistics FeatureMoments::statistics() const {
  if (samples_ < 2)
    throw Error("a covariance needs two samples, found " + std::to_string(samples_), "");
  const auto n = static_cast<double>(samples_);
  const Tensor covariance = (products_ - at::outer(sum_, sum_) / n) / (n - 1);
  return {samples_, shift_ + sum_ / n, (covariance + covariance.t()) / 2};
}

FeatureStatistics feature_statistics(const Tensor& x) {
  FeatureMoments moments;
  moments.add(x);
  return moments.statistics();
}

double frechet_distance(const FeatureStatistics& real, const FeatureStatistics& fake) {
  check_shape(fake.mean, {real.mean.numel()}, "the mean of the fake features");
  check_samples(real, "real");
  check_samples(fake, "fake");
  const double means = (real.mean - fake.mean).square().sum().item<double>();
  const double traces = (real.covariance.trace() + fake.covariance.trace()).item<double>();
  const Tensor a = factor(real.covariance), b = factor(fake.covariance);
  const bool none = a.size(1) == 0 || b.size(1) == 0;
  const double root = none ? 0 : at::linalg_svdvals(at::matmul(a.t(), b)).sum().item<double>();
  return std::max(0.0, means + traces - 2 * root);
}

double frechet_distance(const Tensor& real, const Tensor& fake) {
  check_features(real, fake);
  return frechet_distance(feature_statistics(real), feature_statistics(fake));
}

double frechet_error(const FeatureStatistics& real, const FeatureStatistics& fake,
                     const Tensor& x) {
  check_features(x, "fake features");
  const Tensor b = factor(fake.covariance);
  if (b.size(1) == 0) return 0;
  // T = B^+^T (B^T C_r B)^(1/2) B^+ for C_f = B B^T.
  const auto [values, vectors] = at::linalg_eigh(at::matmul(b.t(), at::matmul(real.covariance, b)));
  const Tensor root = at::matmul(vectors * values.clamp_min(0).sqrt(), vectors.t());
  const Tensor inverse = b / b.square().sum(0, /*keepdim=*/true);
  const Tensor map = at::matmul(inverse, at::matmul(root, inverse.t()));
  const Tensor slope = 2 * (fake.mean - real.mean);
  double sum = 0, squares = 0;
  for_parts(x.size(0), rows_at_once(x.size(1)), [&](int64_t from, int64_t to) {
    const Tensor rows = feature_rows(x, from, to) - fake.mean;
    const Tensor influence =
        at::matmul(rows, slope) + ((rows - at::matmul(rows, map)) * rows).sum(1);
    sum += influence.sum().item<double>();
    squares += influence.square().sum().item<double>();
  });
  const auto n = static_cast<double>(x.size(0));
  return std::sqrt(std::max(0.0, squares / n - sum / n * (sum / n)) / (n - 1));
}

FrechetExtrapolation frechet_infinity(const FeatureStatistics& real, const Tensor& fake,
                                      uint64_t seed, int64_t points) {
  check_features(fake, "fake features");
  const int64_t n = fake.size(0), d = fake.size(1);
  if (n < 3 * d || points < 2)
    throw Error("an extrapolated Frechet distance of " + std::to_string(d) +
                    " features needs three times as many samples and two points, found " +
                    std::to_string(n) + " and " + std::to_string(points),
                "");
  const int64_t least = std::max({n / 10, 2 * d, int64_t{2}});
  FrechetExtrapolation result;
  std::vector<double> x;
  for (int64_t i = 0; i < points; ++i) {
    const int64_t size = least + (n - least) * i / (points - 1);
    const std::vector<int64_t> chosen = random_choice(n, 0, size,
                                                      {.seed = seed,
                                                       .step = static_cast<uint32_t>(i),
                                                       .purpose = Purpose::metric,
                                                       .layer = kSubsetDraw});
    const Tensor subset = fake.index_select(0, at::tensor(chosen, at::kLong).to(fake.device()));
    result.sizes.push_back(size);
    result.distances.push_back(frechet_distance(real, feature_statistics(subset)));
    x.push_back(1 / static_cast<double>(size));
  }
  const Line line = fitted_line(x, result.distances);
  result.value = line.intercept;
  result.slope = line.slope;
  result.error = std::hypot(line.error, frechet_error(real, feature_statistics(fake), fake));
  return result;
}

IntraClassDistances intra_class_frechet(const Tensor& real, const Tensor& real_labels,
                                        const Tensor& fake, const Tensor& fake_labels,
                                        int64_t classes) {
  check_features(real, fake);
  check_shape(real_labels, {real.size(0)}, "labels of the real features");
  check_shape(fake_labels, {fake.size(0)}, "labels of the fake features");
  const auto of = [](const Tensor& x, const Tensor& labels, int64_t label, const char* side) {
    const Tensor part = x.index_select(0, labels.eq(label).nonzero().squeeze(1));
    if (part.size(0) > x.size(1)) return part;
    throw Error("class " + std::to_string(label) + " has " + std::to_string(part.size(0)) + " " +
                    side + " samples, its Frechet distance needs more than the " +
                    std::to_string(x.size(1)) + " features",
                "");
  };
  IntraClassDistances result;
  double squares = 0;
  for (int64_t label = 0; label < classes; ++label) {
    const FeatureStatistics of_real = feature_statistics(of(real, real_labels, label, "real"));
    const Tensor fakes = of(fake, fake_labels, label, "fake");
    const FeatureStatistics of_fake = feature_statistics(fakes);
    result.of_class.push_back(frechet_distance(of_real, of_fake));
    squares += std::pow(frechet_error(of_real, of_fake, fakes), 2);
  }
  const auto n = static_cast<double>(std::max<int64_t>(classes, 1));
  result.mean = std::accumulate(result.of_class.begin(), result.of_class.end(), 0.0) / n;
  result.error = std::sqrt(squares) / n;
  return result;
}

}  // namespace gannet
