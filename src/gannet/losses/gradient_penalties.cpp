#include "gannet/losses/gradient_penalties.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/relu.h>

#include "gannet/tensor/batch.h"

namespace gannet {
namespace {

// Inside the root: its derivative at a gradient of 0 would be infinite. Far below any norm of use.
constexpr double kEpsilon = 1e-12;

Tensor squared_norms(const Tensor& gradients) {
  return gradients.flatten(1).square().sum(1);
}  // [N]

}  // namespace

Tensor zero_centered_gradient_penalty(const Tensor& gradients) {
  return 0.5 * squared_norms(gradients).mean();
}

Tensor power_gradient_penalty(const Tensor& gradients, double power) {
  return (squared_norms(gradients) + kEpsilon).pow(power / 2).mean();
}

Tensor gradient_penalty(const Tensor& gradients, double target, bool one_sided) {
  const Tensor excess = (squared_norms(gradients) + kEpsilon).sqrt() - target;
  return (one_sided ? at::relu(excess) : excess).square().mean();
}

Tensor interpolate(const Tensor& real, const Tensor& fake, const Tensor& u) {
  check_shape(fake, real.sizes().vec(), "fake samples beside real ones");
  check_shape(u.flatten(), {real.size(0)}, "one coefficient a sample");
  Shape column(real.dim(), 1);
  column[0] = real.size(0);
  return real + u.reshape(column) * (fake - real);
}

Tensor perturb(const Tensor& real, const Tensor& noise, double stddev) {
  return real + stddev * noise;
}

}  // namespace gannet
