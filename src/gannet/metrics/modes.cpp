#include "gannet/metrics/modes.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/xlogy.h>

#include <algorithm>
#include <cmath>

#include "gannet/base/error.h"

namespace gannet {

namespace {

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

}  // namespace

ModeCount count_modes(const Tensor& points, const Modes& modes) {
  const auto total = static_cast<int64_t>(modes.centres.size());
  const Nearest found = nearest_centres(points, modes);
  const Tensor good = found.distance.le(3 * modes.sigma);
  const Tensor hit = found.centre.masked_select(good).bincount({}, total);
  return {.modes = hit.gt(0).sum().item<int64_t>(),
          .modes_total = total,
          .high_quality = good.to(at::kDouble).mean().item<double>()};
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
