#include "gannet/metrics/modes.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/special_gammainc.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/xlogy.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gannet/base/error.h"

namespace gannet {

namespace {

constexpr double kNear = 3;  // sigma

// The distance of each point to the nearest centre, and which that is.
struct Nearest {
  Tensor distance, centre;
};
Nearest nearest_centres(const Tensor& points, const Modes& modes) {
  std::vector<double> flat;
  for (const auto& centre : modes.centres) flat.insert(flat.end(), centre.begin(), centre.end());
  const int64_t total = static_cast<int64_t>(modes.centres.size());
  const int64_t width = total ? static_cast<int64_t>(modes.centres.front().size()) : 0;
  check_shape(points, {-1, width}, "points");
  const Tensor centres = at::tensor(flat, at::kDouble).view({1, total, width});
  const auto [nearest, which] =
      (points.to(at::kCPU, at::kDouble).unsqueeze(1) - centres).square().sum(2).sqrt().min(1);
  return {nearest, which};
}

// Standard deviation, along one axis, of a standard Gaussian in `width` dimensions within kNear of
// its centre: E[r^2 | r < kNear] = width P(width / 2 + 1, kNear^2 / 2) / P(width / 2, kNear^2 / 2),
// where P is the regularized incomplete gamma function.
double truncated_deviation(int64_t width) {
  const Tensor p = at::special_gammainc(at::tensor({width / 2.0 + 1, width / 2.0}, at::kDouble),
                                        at::full({2}, kNear * kNear / 2, at::kDouble));
  return std::sqrt((p[0] / p[1]).item<double>());
}

// ModeCount::spread of the good points x [N, D]. Deviations are from the mean of the mode's own
// points, their squares over (n - 1) D.
std::vector<double> spreads(const Tensor& x, const Tensor& centre, const Modes& modes) {
  const double expected = modes.sigma * truncated_deviation(x.size(1));
  std::vector<double> all;
  for (int64_t k = 0; k < static_cast<int64_t>(modes.centres.size()); ++k) {
    const Tensor own = x.index({centre.eq(k)});
    all.push_back(own.size(0) < 2
                      ? std::numeric_limits<double>::quiet_NaN()
                      : std::sqrt(own.var(0, /*unbiased=*/true).mean().item<double>()) / expected);
  }
  return all;
}

double mean_of_numbers(const std::vector<double>& values) {
  double sum = 0;
  int64_t n = 0;
  for (const double value : values)
    if (!std::isnan(value)) sum += value, ++n;
  return sum / static_cast<double>(n);
}

}  // namespace

ModeCount count_modes(const Tensor& points, const Modes& modes) {
  const auto total = static_cast<int64_t>(modes.centres.size());
  const Nearest found = nearest_centres(points, modes);
  const Tensor good = found.distance.le(kNear * modes.sigma);
  const Tensor centres = found.centre.masked_select(good);
  ModeCount count{.modes = centres.bincount({}, total).gt(0).sum().item<int64_t>(),
                  .modes_total = total,
                  .high_quality = good.to(at::kDouble).mean().item<double>()};
  count.spread = spreads(points.to(at::kCPU, at::kDouble).index({good}), centres, modes);
  count.mean_spread = mean_of_numbers(count.spread);
  return count;
}

LabelModes nearest_mode_counts(const Tensor& points, const Modes& modes) {
  return count_label_modes(nearest_centres(points, modes).centre,
                           static_cast<int64_t>(modes.centres.size()));
}

LabelModes count_label_modes(const Tensor& labels, int64_t classes, const Tensor& data) {
  check_shape(labels, {-1}, "labels");
  if (labels.numel() == 0 || labels.lt(0).any().item<bool>() ||
      labels.ge(classes).any().item<bool>())
    throw Error("expected labels from 0 to " + std::to_string(classes - 1) + ", at least one", "");
  const Tensor counts = labels.to(at::kCPU, at::kLong).bincount({}, classes).to(at::kDouble);
  const Tensor expected =
      data.defined() ? data.to(at::kCPU, at::kDouble) : at::full({classes}, 1.0, at::kDouble);
  check_shape(expected, {classes}, "the data's numbers by class");
  const Tensor p = counts / counts.sum(), q = expected / expected.sum();
  const Tensor there = counts.gt(0).nonzero().squeeze(1);
  const Tensor found = p.index_select(0, there);
  const Tensor ratio = found / q.index_select(0, there);
  const double kl = at::xlogy(found, ratio).sum().item<double>();
  const double variance = (found * ratio.log().square()).sum().item<double>() - kl * kl;
  return {.modes = there.numel(),
          .modes_total = classes,
          .reverse_kl = kl,
          .error = std::sqrt(std::max(0.0, variance) / static_cast<double>(labels.numel()))};
}

}  // namespace gannet
