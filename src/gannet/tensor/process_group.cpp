#include "gannet/tensor/process_group.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/function.h>

#include <string>
#include <vector>

#include "gannet/tensor/detail/autograd_node.h"

namespace gannet {
namespace {

using torch::autograd::variable_list;

// Of y = sum over ranks of x: x of each rank is in the y of all, so the gradients are summed too.
struct AllReduceBackward : torch::autograd::Node {
  explicit AllReduceBackward(const ProcessGroup* group) : group(group) {}
  const ProcessGroup* const group;

  std::string name() const override { return "AllReduceBackward"; }
  variable_list apply(variable_list&& grads) override {
    if (!grads[0].defined()) return {Tensor()};
    return {all_reduce(grads[0], group)};
  }
};

}  // namespace

Tensor all_reduce(const Tensor& x, const ProcessGroup* group) {
  if (group == nullptr) return x;
  Tensor sum = x.detach().clone(at::MemoryFormat::Contiguous);
  group->sum(sum);
  if (at::GradMode::is_enabled() && x.requires_grad()) {
    const auto node = make_node<AllReduceBackward>(group);
    node->add_next_edge(torch::autograd::impl::gradient_edge(x));
    torch::autograd::create_gradient_edge(sum, node);
  }
  return sum;
}

Tensor all_mean(const Tensor& x, const ProcessGroup* group) {
  return group == nullptr ? x : all_reduce(x, group) / static_cast<double>(group->size());
}

Tensor all_gather(const Tensor& x, const ProcessGroup* group) {
  if (group == nullptr) return x;
  const auto zeros = [&](int64_t ranks) {
    std::vector<int64_t> shape = x.sizes().vec();
    shape[0] *= ranks;
    return at::zeros(shape, x.options());
  };
  return all_reduce(at::cat({zeros(group->rank()), x, zeros(group->size() - 1 - group->rank())}),
                    group);
}

Tensor own_part(const Tensor& whole, const ProcessGroup* group) {
  if (group == nullptr) return whole;
  const int64_t n = whole.size(0) / group->size();
  return whole.narrow(0, group->rank() * n, n);
}

bool any(bool here, const ProcessGroup* group) {
  if (group == nullptr) return here;
  const Tensor votes = at::full({1}, here ? 1 : 0, at::TensorOptions(at::kLong));
  group->sum(votes);
  return votes.item<int64_t>() > 0;
}

}  // namespace gannet
