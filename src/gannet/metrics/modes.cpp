#include "gannet/metrics/modes.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>

namespace gannet {

ModeCount count_modes(const Tensor& points, const Modes& modes) {
  std::vector<double> flat;
  for (const auto& centre : modes.centres) flat.insert(flat.end(), centre.begin(), centre.end());
  const int64_t total = static_cast<int64_t>(modes.centres.size());
  const int64_t width = total ? static_cast<int64_t>(modes.centres.front().size()) : 0;
  check_shape(points, {-1, width}, "points");
  const Tensor centres = at::tensor(flat, at::kDouble).view({1, total, width});
  const Tensor distance =
      (points.to(at::kCPU, at::kDouble).unsqueeze(1) - centres).square().sum(2).sqrt();
  const auto [nearest, which] = distance.min(1);
  const Tensor good = nearest.le(3 * modes.sigma);
  const Tensor hit = which.masked_select(good).bincount({}, total);
  return {.modes = hit.gt(0).sum().item<int64_t>(),
          .modes_total = total,
          .high_quality = good.to(at::kDouble).mean().item<double>()};
}

}  // namespace gannet
