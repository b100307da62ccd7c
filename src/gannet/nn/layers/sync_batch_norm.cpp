// With the statistics fixed, batch norm and its backward pass are libtorch's own fast ones (of
// evaluation mode); what the statistics add to the gradient is affine in x, channel by channel.
#include "gannet/nn/detail/sync_batch_norm.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/batch_norm_update_stats.h>
#include <ATen/ops/native_batch_norm.h>
#include <ATen/ops/native_batch_norm_backward.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/var_mean.h>
#include <torch/csrc/autograd/autograd.h>

#include <array>
#include <string>
#include <tuple>
#include <vector>

#include "gannet/tensor/batch.h"
#include "gannet/tensor/detail/autograd_node.h"

namespace gannet {
namespace {

using torch::autograd::variable_list;

struct Statistics {
  Tensor mean, variance;  // [C], of the whole batch; the variance without correction
};

// From those of the parts, each [C] (Chan et al. 1979): no difference of large squares.
Statistics joined(const Tensor& mean, const Tensor& variance, const ProcessGroup& group) {
  const Tensor parts = all_gather(at::stack({mean, variance}).unsqueeze(0), &group);
  const Tensor means = parts.select(1, 0), variances = parts.select(1, 1);  // [ranks, C]
  const Tensor whole = means.mean(0);
  return {whole, variances.mean(0) + (means - whole).square().mean(0)};
}

Shape column_shape(const Tensor& x) {
  Shape shape(x.dim(), 1);
  shape[1] = x.size(1);
  return shape;
}

// By operators that can be differentiated any number of times.
Tensor reference(const Tensor& x, const BatchNormWeights& affine, double epsilon,
                 const ProcessGroup& group) {
  std::vector<int64_t> axes{0};
  for (int64_t axis = 2; axis < x.dim(); ++axis) axes.push_back(axis);
  const auto [variance, mean] = at::var_mean(x, axes, /*correction=*/0);
  const Statistics whole = joined(mean, variance, group);
  const Shape column = column_shape(x);
  Tensor scale = (whole.variance + epsilon).rsqrt();
  if (affine.weight) scale = scale * *affine.weight;
  const Tensor y = (x - whole.mean.reshape(column)) * scale.reshape(column);
  return affine.bias ? y + affine.bias->reshape(column) : y;
}

struct SyncBatchNormBackward : torch::autograd::Node {
  Tensor x;
  BatchNormWeights affine;
  Statistics whole;
  double epsilon = 0;
  const ProcessGroup* group = nullptr;

  std::string name() const override { return "SyncBatchNormBackward"; }
  void release_variables() override {
    x.reset();
    affine = {};
    whole = {};
  }
  variable_list apply(variable_list&& grads) override {
    if (!grads[0].defined()) return variable_list(3);
    return at::GradMode::is_enabled() ? with_graph(grads[0]) : plain(grads[0]);
  }

 private:
  variable_list with_graph(const Tensor& grad) const {
    variable_list inputs, found(3);
    std::vector<size_t> places;
    const auto add = [&](const Tensor& input, size_t place) {
      if (!input.requires_grad()) return;
      inputs.push_back(input);
      places.push_back(place);
    };
    add(x, 0);
    if (affine.weight) add(*affine.weight, 1);
    if (affine.bias) add(*affine.bias, 2);
    const variable_list gradients =
        torch::autograd::grad({reference(x, affine, epsilon, *group)}, inputs, {grad},
                              /*retain_graph=*/true, /*create_graph=*/true);
    for (size_t i = 0; i < places.size(); ++i) found[places[i]] = gradients[i];
    return found;
  }

  // With z = (x - mean) / sqrt(variance + epsilon) and the n values of a channel in the whole
  // batch: dx = weight / sqrt(variance + epsilon) (dy - sum(dy) / n - z sum(z dy) / n).
  variable_list plain(const Tensor& grad) const {
    auto [dx, z_dy, dy] = at::native_batch_norm_backward(
        grad, x, affine.weight, whole.mean, whole.variance, {}, {}, /*train=*/false, epsilon,
        std::array<bool, 3>{true, true, true});
    const Tensor sums = all_reduce(at::stack({dy, z_dy}), group);  // [2, C]
    const auto n = static_cast<double>(x.numel() / x.size(1) * group->size());
    const Tensor inverse = (whole.variance + epsilon).rsqrt();
    const Tensor scale = (affine.weight ? inverse * *affine.weight : inverse) / n;
    const Tensor by_x = scale * inverse * sums[1], constant = scale * sums[0] - by_x * whole.mean;
    const Shape column = column_shape(x);
    dx.addcmul_(x, by_x.reshape(column), -1).sub_(constant.reshape(column));
    return {dx, affine.weight ? z_dy : Tensor(), affine.bias ? dy : Tensor()};
  }
};

bool wants_gradient(const Tensor& x, const BatchNormWeights& affine) {
  return at::GradMode::is_enabled() &&
         (x.requires_grad() || (affine.weight && affine.weight->requires_grad()) ||
          (affine.bias && affine.bias->requires_grad()));
}

}  // namespace

Tensor sync_batch_norm(const Tensor& input, const BatchNormWeights& affine,
                       RunningStatistics running, double epsilon, const ProcessGroup& group) {
  const Tensor x = input.to(running.mean.scalar_type());
  Statistics whole;
  Tensor y;
  {
    const at::NoGradGuard by_the_node;
    const auto [mean, variance] = at::batch_norm_update_stats(x, {}, {}, /*momentum=*/0);
    whole = joined(mean, variance, group);
    const auto n = static_cast<double>(x.numel() / x.size(1) * group.size());
    running.mean.lerp_(whole.mean, running.momentum);
    running.variance.lerp_(whole.variance * (n / (n - 1)), running.momentum);
    y = std::get<0>(at::native_batch_norm(x, affine.weight, affine.bias, whole.mean, whole.variance,
                                          /*training=*/false, /*momentum=*/0, epsilon));
  }
  if (wants_gradient(x, affine)) {
    const auto node = make_node<SyncBatchNormBackward>();
    node->x = x;
    node->affine = affine;
    node->whole = whole;
    node->epsilon = epsilon;
    node->group = &group;
    node->add_next_edge(torch::autograd::impl::gradient_edge(x));
    for (const std::optional<Tensor>* each : {&affine.weight, &affine.bias})
      node->add_next_edge(*each ? torch::autograd::impl::gradient_edge(**each)
                                : torch::autograd::Edge());
    torch::autograd::create_gradient_edge(y, node);
  }
  return y.to(input.scalar_type());
}

}  // namespace gannet
