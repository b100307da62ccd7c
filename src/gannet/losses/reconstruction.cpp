#include "gannet/losses/reconstruction.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/expm1.h>
#include <ATen/ops/log.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/where.h>

namespace gannet {

Tensor log_likelihood(const Tensor& x, const Tensor& mean, const Tensor& log_scale) {
  constexpr double half = 1.0 / 255;  // of a level's interval
  const Tensor per_channel = log_scale.view({-1, 1, 1});
  const Tensor scale = at::exp(per_channel);
  const Tensor above = (x + half - mean) / scale, below = (x - half - mean) / scale;
  // log sigmoid(above) and log(1 - sigmoid(below)); the difference of the sigmoids is their
  // product times 1 - exp(below - above), which loses nothing far from the mean.
  const Tensor left = -at::softplus(-above), right = -at::softplus(below);
  const Tensor between = left + right + at::log(-at::expm1(-2 * half / scale));
  return at::where(x < -1 + half, left, at::where(x > 1 - half, right, between)).flatten(1).sum(1);
}

Tensor kl_divergence(const Tensor& mean, const Tensor& log_variance) {
  return 0.5 * (mean.square() + at::exp(log_variance) - 1 - log_variance).sum(1);
}

}  // namespace gannet
