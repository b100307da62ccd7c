// Net::with_slope: the references under autograd. The only place that asks for a graph of a
// gradient.
#include <ATen/core/grad_mode.h>
#include <ATen/ops/ones_like.h>
#include <torch/csrc/autograd/autograd.h>

#include "gannet/base/error.h"
#include "gannet/nn/net.h"

namespace gannet {

Net::Sloped Net::with_slope(const Tensor& x, const Tensor& v, const Condition& condition) {
  return with_slope(x, v, inputs(condition));
}

Net::Sloped Net::with_slope(const Tensor& x, const Tensor& v, const Inputs& more) {
  if (!at::GradMode::is_enabled())
    throw Error("a slope was asked for where gradients are off", name());
  if (!x.defined() || !x.is_floating_point())
    throw Error("a slope needs an input of real numbers", name() + ".x");
  const Tensor from = x.requires_grad() ? x : x.detach().set_requires_grad(true);
  const Tensor y = (*this)(from, more);
  if (v.defined() && v.sizes() != y.sizes())
    throw Error("the weights of a slope are " + to_string(v.sizes().vec()) + ", expected " +
                    to_string(y.sizes().vec()),
                name());
  const Tensor weights = v.defined() ? v : at::ones_like(y);
  const Tensor slope = y.requires_grad()
                           ? torch::autograd::grad({y}, {from}, {weights}, /*retain_graph=*/true,
                                                   /*create_graph=*/true, /*allow_unused=*/true)[0]
                           : Tensor();
  if (!slope.defined()) throw Error("the output does not depend on the input x", name());
  return {y, slope};
}

}  // namespace gannet
