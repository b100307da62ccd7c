#include "gannet/losses/gradient_penalties.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/relu.h>

#include "gannet/tensor/batch.h"

namespace gannet {
namespace {

// Inside the root: its derivative at a slope of 0 would be infinite. Far below any slope of use.
constexpr double kEpsilon = 1e-12;

Tensor squared_norms(const Tensor& slope) { return slope.flatten(1).square().sum(1); }  // [N]

}  // namespace

Tensor zero_centered_penalty(const Tensor& slope) { return 0.5 * squared_norms(slope).mean(); }

Tensor slope_penalty(const Tensor& slope, double power) {
  return (squared_norms(slope) + kEpsilon).pow(power / 2).mean();
}

Tensor gradient_penalty(const Tensor& slope, double target, bool one_sided) {
  const Tensor excess = (squared_norms(slope) + kEpsilon).sqrt() - target;
  return (one_sided ? at::relu(excess) : excess).square().mean();
}

Tensor points_between(const Tensor& real, const Tensor& fake, const Tensor& u) {
  check_shape(fake, real.sizes().vec(), "fake samples beside real ones");
  check_shape(u.flatten(), {real.size(0)}, "one coefficient a sample");
  Shape column(real.dim(), 1);
  column[0] = real.size(0);
  return real + u.reshape(column) * (fake - real);
}

Tensor points_around(const Tensor& real, const Tensor& normal, double spread) {
  return real + spread * normal;
}

void clip_weights(const Tensor& weights, double bound) { weights.clamp_(-bound, bound); }

}  // namespace gannet
