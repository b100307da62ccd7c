// Net::vjp: the value and the input gradient, both differentiable, in float32 in any mode.
//
// In general by double backward of the references. Piecewise-linear nets of one output y for each
// sample (and v = 1) need no second derivative: the weight gradient of T . dy/dx is a reverse pass
// over a forward-mode (JVP) pass. For the loss's gradients s = dL/dy and T = dL/d(dy/dx)
//
//   dL = s dy + T . d(dy/dx),
//
// and with the active linear pieces fixed, y is affine in x: both terms are the derivative of one
// forward pass of the tangent (s x + T, s), the last entry that of the constant 1 which biases and
// other inputs constant in x are multiplied by. The weights of a layer get cotangent (x) tangent,
// where the cotangents dy/d(the layer's value) are those of the backward pass that gave dy/dx.
// Four passes: forward, cotangents, tangents, weight gradients.
//
// In a net with features f(x) (detail/features.h) y is affine in f, and dy/dx = J^T dy/df is linear
// in u = dy/df: the tangent of f is (s f + J T, s). J T is the gradient by u of T . J^T u,
// autograd's graph of J^T u. x is a constant there: its own gradient would need second derivatives
// of f.
#include <ATen/core/grad_mode.h>
#include <ATen/ops/ones_like.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/nn/detail/features.h"
#include "gannet/nn/detail/groups.h"
#include "gannet/nn/net.h"
#include "gannet/nn/net/tape.h"
#include "gannet/tensor/detail/autograd_node.h"

namespace gannet {
namespace {

// How a layer by itself is computed.
TapeEntry::By way_of(const Layer& layer, const TapeEntry& entry, std::span<const Tensor> in) {
  for (const TapeEntry::Input& input : entry.inputs)
    if (input.constant.defined()) return TapeEntry::By::reference;
  const auto is_plain = [](const Tensor& x) { return can_fuse({}, {.x = x}); };
  if (!std::ranges::all_of(in, is_plain)) return TapeEntry::By::reference;
  if (layer.fused_part().kind == FusedPart::Kind::activation) return TapeEntry::By::activation;
  return layer.kind() == "add" ? TapeEntry::By::sum : TapeEntry::By::reference;
}

// The features that others read: their values by x, which lose their graph in `values`.
variable_list add_features(const NetSpec& spec, const std::vector<bool>& on_path,
                           const std::vector<bool>& is_feature, std::vector<Tensor>& values,
                           Features& to) {
  variable_list made;
  for (size_t i = 0; i < is_feature.size(); ++i) {
    if (is_feature[i] || !on_path[i]) continue;
    for (const int from : spec.nodes()[i].in) {
      if (!is_feature[from] || std::ranges::count(to.nodes, from) > 0) continue;
      made.push_back(values[from]);
      to.nodes.push_back(from);
      to.values.push_back(values[from].detach());
    }
  }
  for (size_t i = 0; i < made.size(); ++i) values[to.nodes[i]] = to.values[i];
  return made;
}

Tensor sum_of(std::span<const Tensor> all) {
  Tensor sum = all[0];
  for (const Tensor& x : all.subspan(1)) sum = sum + x;
  return sum;
}

}  // namespace

Net::ValueAndGrad Net::vjp(const Tensor& x, const Tensor& v, const Condition& condition) {
  return vjp(x, v, inputs(condition));
}

Net::ValueAndGrad Net::vjp(const Tensor& x, const Tensor& v, const Inputs& more) {
  if (!at::GradMode::is_enabled()) throw Error("an input gradient where gradients are off", name());
  if (!x.defined() || !x.is_floating_point())
    throw Error("an input gradient needs an input of real numbers", name() + ".x");
  if (v.defined()) return vjp_by_double_backward(x, v, more);
  const std::vector<bool>& features = groups_->features;
  const bool is_curved = std::ranges::count(features, true) > 1;
  if (features.empty() || (is_curved && x.requires_grad()))
    return vjp_by_double_backward(x, v, more);
  return value_and_grad_by_jvp(x, more);
}

Net::ValueAndGrad Net::value_and_grad_by_jvp(const Tensor& x, const Inputs& more) {
  const std::vector<Node>& nodes = spec_.nodes();
  const std::vector<bool>&on_path = groups_->on_path, &is_feature = groups_->features;
  const auto tape = make_node<Tape>(mode_, calls_++, last_use_);
  std::vector<Tensor> values(nodes.size()), in;
  const Tensor leaf = x.detach().set_requires_grad(true);
  const auto collected = [&](int node) {
    const int slot = slot_of_node_[node];
    return collected_weight(mode_, weights()[slot], gradient_views_[slot]);
  };
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (!is_feature[i]) continue;
    in.clear();
    for (const int from : nodes[i].in) in.push_back(values[from]);
    values[i] = evaluate(i, in, leaf, more, tape->call_index, /*bf16=*/false);
  }
  const variable_list made = add_features(spec_, on_path, is_feature, values, tape->features);

  auto group = groups_->all.begin();
  std::vector<bool> by_group(nodes.size());  // computed with the first layer of its group
  for (size_t i = 0; i < nodes.size(); ++i) {
    const int node = static_cast<int>(i);
    while (group != groups_->all.end() && group->first < node) ++group;
    if (is_feature[i] || by_group[i]) continue;
    in.clear();
    for (const int from : nodes[i].in) in.push_back(values[from]);
    if (!on_path[i]) {
      values[i] = evaluate(i, in, leaf, more, tape->call_index, /*bf16=*/false);
      continue;
    }
    TapeEntry& entry = tape->record(nodes[i], node, on_path, values);
    entry.layer_number = first_layer_ + static_cast<uint32_t>(i);
    if (group != groups_->all.end() && group->first == node && group->norm < 0) {
      FusedInputs inputs{.x = in[0], .weight = collected(group->weight), .bias = {}};
      if (group->bias >= 0) inputs.bias = collected(group->bias);
      if (can_fuse(group->layers, inputs)) {
        entry.by = TapeEntry::By::product;
        entry.layers = group->layers;
        entry.weight = inputs.weight;
        entry.bias = inputs.bias;
        entry.node = group->last;
        by_group[group->last] = true;
        values[group->last] = entry.forward(in[0]);
        continue;
      }
    }
    entry.by = way_of(*nodes[i].layer, entry, in);
    if (entry.by == TapeEntry::By::activation) {
      entry.layers.activation = nodes[i].layer->fused_part();
      values[i] = entry.forward(in[0]);
    } else if (entry.by == TapeEntry::By::sum) {
      values[i] = sum_of(in);
    } else {
      for (size_t k = 0; k < in.size(); ++k) {
        in[k] = in[k].detach();
        if (on_path[nodes[i].in[k]]) entry.leaves.push_back(in[k].set_requires_grad(true));
      }
      entry.value = fused_product(*nodes[i].layer, in);
      if (!entry.value.defined())
        entry.value = evaluate(i, in, leaf, more, tape->call_index, /*bf16=*/false);
      values[i] = entry.value.detach();
    }
  }

  const Tensor y = values[spec_.cursor()];
  ValueAndGrad result{y.detach(), tape->features.grad_by_x(made, tape->cotangents(y), leaf)};
  tape->grad = result.grad.detach();
  tape->x_edge = tape->edge_to(x);
  if (tape->num_outputs() == 0) return result;
  torch::autograd::create_gradient_edge(result.value, tape);
  torch::autograd::create_gradient_edge(result.grad, tape);
  return result;
}

Net::ValueAndGrad Net::vjp_by_double_backward(const Tensor& x, const Tensor& v,
                                              const Inputs& more) {
  const Tensor from = x.requires_grad() ? x : x.detach().set_requires_grad(true);
  const Tensor y = forward(from, more, /*bf16=*/false, By::reference);
  if (v.defined() && v.sizes() != y.sizes())
    throw Error("the vector of a vector-Jacobian product is " + to_string(v.sizes().vec()) +
                    ", expected " + to_string(y.sizes().vec()),
                name());
  const Tensor cotangent = v.defined() ? v : at::ones_like(y);
  const Tensor grad = y.requires_grad()
                          ? torch::autograd::grad({y}, {from}, {cotangent}, /*retain_graph=*/true,
                                                  /*create_graph=*/true, /*allow_unused=*/true)[0]
                          : Tensor();
  if (!grad.defined()) throw Error("the output does not depend on the input x", name());
  return {y, grad};
}

}  // namespace gannet
