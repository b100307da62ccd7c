#include "gannet/nn/detail/gradient_place.h"

#include <torch/csrc/autograd/graph_task.h>

namespace gannet {

GradientPlace gradient_place(const FusedWeight& weight) {
  const auto* asked = torch::autograd::get_current_graph_task_exec_info();
  if (!weight.gradient.defined() || (asked && !asked->empty())) return {{}, false};
  Tensor& grad = weight.value.mutable_grad();
  if (grad.defined()) return {grad, true};
  grad = weight.gradient;  // Net::clear_gradients()
  return {grad, false};
}

}  // namespace gannet
