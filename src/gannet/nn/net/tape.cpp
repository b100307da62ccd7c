#include "gannet/nn/net/tape.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/mv.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <ranges>

#include "gannet/base/error.h"
#include "gannet/nn/detail/channel_passes.h"
#include "gannet/nn/detail/product_passes.h"

namespace gannet {
namespace {

// [N] or [N, C] with further axes of size 1, to be broadcast against x.
Tensor broadcast_rows(const Tensor& rows, const Tensor& x) {
  Shape shape(x.dim(), 1);
  std::copy(rows.sizes().begin(), rows.sizes().end(), shape.begin());
  return rows.reshape(shape);
}

void accumulate(Tensor& sum, const Tensor& more) {
  if (more.defined()) sum = sum.defined() ? sum + more : more;
}

}  // namespace

bool TapeEntry::trainable() const {
  return std::ranges::any_of(inputs, [](const Input& input) { return input.edge != kNoEdge; });
}

Tensor TapeEntry::forward(const Tensor& x) {
  const at::AutoDispatchBelowADInplaceOrView below;
  const double slope =
      layers.activation.kind == FusedPart::Kind::none ? 1 : layers.activation.slope;
  Tensor from = product_input(layers.product, x), to;
  if (by == By::product) {
    x_sizes = x.sizes().vec();
    to = from = product_forward(layers.product, from, weight.value.detach());
  } else {
    to = empty_like_rows(from);
  }
  if (bias.value.defined() || slope != 1) add_bias(from, bias.value, slope, to);
  if (layers.activation.kind != FusedPart::Kind::none) y = to;
  return to;
}

variable_list TapeEntry::pull_back(const Tensor& dy) {
  if (by == By::sum) return variable_list(inputs.size(), dy);
  if (by == By::reference) {
    variable_list all = torch::autograd::grad({value}, leaves, {dy});
    if (trainable()) cotangent = dy;
    leaves.clear();
    value.reset();
    return all;
  }
  const at::AutoDispatchBelowADInplaceOrView below;
  Tensor g = in_rows(dy);
  if (y.defined()) g = activation_grad(g, y, layers.activation.slope);
  if (by == By::activation) return {g};
  if (trainable()) cotangent = g;
  return {product_grad_input(layers.product, g, weight.value.detach(), x_sizes)};
}

Tensor Features::grad_by_x(const variable_list& made, const variable_list& by_feature,
                           const Tensor& x) {
  if (made.size() == 1 && made[0].is_same(x)) return by_feature[0];
  for (const Tensor& each : by_feature) cotangents.push_back(each.detach().set_requires_grad(true));
  grad = torch::autograd::grad(made, {x}, cotangents, /*retain_graph=*/true,
                               /*create_graph=*/true)[0];
  return grad.detach();
}

variable_list Features::tangents(const Tensor& T) const {
  if (!grad.defined()) return {T};
  return torch::autograd::grad({grad}, cotangents, {T}, /*retain_graph=*/true,
                               /*create_graph=*/false, /*allow_unused=*/true);
}

void Tape::release_variables() {
  entries.clear();
  features = {};
  grad.reset();
}

int Tape::edge_to(const Tensor& value) {
  if (!value.requires_grad()) return kNoEdge;
  add_next_edge(torch::autograd::impl::gradient_edge(value));
  return static_cast<int>(num_outputs()) - 1;
}

TapeEntry& Tape::record(const gannet::Node& layer, int node, const std::vector<bool>& on_path,
                        const std::vector<Tensor>& values) {
  TapeEntry entry;
  entry.layer = layer.layer.get();
  entry.first = entry.node = node;
  for (size_t k = 0; k < layer.in.size(); ++k) {
    const int from = layer.in[k];
    TapeEntry::Input input{.node = from, .linearity = layer.layer->linearity(k), .edge = kNoEdge};
    if (!on_path[from]) {
      input.constant = values[from].detach();
      input.edge = edge_to(values[from]);
    } else if (input.linearity == Linearity::piecewise_linear) {
      input.primal = values[from].detach();
    }
    entry.inputs.push_back(std::move(input));
  }
  return entries.emplace_back(std::move(entry));
}

variable_list Tape::cotangents(const Tensor& y) {
  std::vector<Tensor> all(last_use.size());  // of nodes
  all[entries.back().node] = at::ones_like(y);
  for (TapeEntry& entry : entries | std::views::reverse) {
    const variable_list pulled = entry.pull_back(all[entry.node]);
    all[entry.node].reset();
    auto next = pulled.begin();
    for (const TapeEntry::Input& input : entry.inputs)
      if (!input.constant.defined()) accumulate(all[input.node], *next++);
  }
  variable_list of_features;
  for (const int node : features.nodes) of_features.push_back(all[node]);
  return of_features;
}

// The tangents of one backward, and the gradients that it makes.
struct Tape::Pass {
  const Tape& tape;
  const Tensor s;         // dL/dy, [N]
  const bool uses_value;  // false: s is 0, as in lazy R1 or gp
  std::vector<Tensor> tangents;
  variable_list gradients;

  // The tangents s f + J T.
  void begin_with_features(const Tensor& T) {
    const Features& features = tape.features;
    const variable_list by_grad =
        T.defined() ? features.tangents(T) : variable_list(features.nodes.size());
    for (size_t i = 0; i < features.nodes.size(); ++i) {
      const Tensor &f = features.values[i], &JT = by_grad[i];
      Tensor& tangent = tangents[features.nodes[i]];
      if (!JT.defined())
        tangent = f * broadcast_rows(s, f);
      else
        tangent = uses_value ? at::addcmul(JT, f, broadcast_rows(s, f)) : JT;
    }
  }

  // The tangent of the entry's value; makes the gradients of its constant inputs.
  Tensor by_own_pass(const TapeEntry& entry) {
    const at::AutoDispatchBelowADInplaceOrView below;
    Tensor tangent = tangents[entry.inputs[0].node];
    if (entry.by == TapeEntry::By::sum) {
      for (size_t k = 1; k < entry.inputs.size(); ++k)
        tangent = tangent + tangents[entry.inputs[k].node];
      return tangent;
    }
    if (entry.by == TapeEntry::By::product) {
      const Tensor x = product_input(entry.layers.product, tangent);
      if (wanted(entry, 1)) add_weight_gradient(entry, x);
      tangent = product_forward(entry.layers.product, x, entry.weight.value.detach());
      if (uses_value && entry.inputs.size() > 2) {
        if (wanted(entry, 2)) add_bias_gradient(entry);
        const Tensor bias = s.unsqueeze(1) * entry.bias.value.detach();
        tangent.add_(broadcast_rows(bias, tangent));
      }
    }
    if (!entry.y.defined()) return tangent;
    return activation_grad(in_rows(tangent), entry.y, entry.layers.activation.slope);
  }

  Tensor by_reference(const TapeEntry& entry) {
    const at::AutoGradMode graph(entry.trainable());
    std::vector<Tensor> in, primals, leaves;
    std::vector<int> edges;
    Tensor bias;
    for (const TapeEntry::Input& input : entry.inputs) {
      // With s = 0 biases have no part; passes over zeros would cost 2 to 10% of a penalty's step.
      if (input.linearity == Linearity::bias && !uses_value) continue;
      Tensor value = input.constant.defined() ? input.constant : tangents[input.node];
      if (input.edge != kNoEdge) {
        value = value.detach().set_requires_grad(true);
        leaves.push_back(value);
        edges.push_back(input.edge);
      }
      if (input.linearity == Linearity::bias) {
        bias = s.unsqueeze(1) * value;
        continue;
      }
      // A factor of a product enters by its value: the other factor carries the tangent.
      if (input.constant.defined() && input.linearity != Linearity::multilinear)
        value = value * broadcast_rows(s, value);
      in.push_back(value);
      primals.push_back(input.primal);
    }
    Call call{tape.mode, entry.layer_number, tape.call_index, {}};
    Tensor tangent = fused_product(*entry.layer, in);
    if (!tangent.defined()) tangent = entry.layer->jvp(in, primals, call);
    if (bias.defined()) tangent.add_(broadcast_rows(bias, tangent));
    if (leaves.empty()) return tangent;
    const variable_list grads = torch::autograd::grad({tangent}, leaves, {entry.cotangent});
    for (size_t i = 0; i < leaves.size(); ++i) accumulate(gradients[edges[i]], grads[i]);
    return tangent.detach();
  }

 private:
  bool wanted(const TapeEntry& entry, size_t input) const {
    const int edge = entry.inputs[input].edge;
    return edge != kNoEdge && tape.task_should_compute_output(edge);
  }

  void add_weight_gradient(const TapeEntry& entry, const Tensor& x) {
    GradientPlace place = gradient_place(entry.weight);
    if (!place.to.defined())
      place.to = gradients[entry.inputs[1].edge] = at::empty_like(entry.weight.value);
    product_grad_weight(entry.layers.product, entry.cotangent, x, place.to, place.add);
  }

  void add_bias_gradient(const TapeEntry& entry) {
    const Tensor& g = entry.cotangent;
    const Tensor gradient = at::mv((g.dim() > 2 ? g.sum({2, 3}) : g).t(), s);
    if (const GradientPlace place = gradient_place(entry.bias); place.to.defined())
      place.add ? place.to.add_(gradient) : place.to.copy_(gradient);
    else
      gradients[entry.inputs[2].edge] = gradient;
  }
};

variable_list Tape::apply(variable_list&& grad_outputs) {
  if (at::GradMode::is_enabled())
    throw Error("an input gradient can be differentiated once, without a graph of the result", "");
  if (features.nodes.empty()) throw Error("an input gradient can be differentiated once", "");
  const bool uses_value = grad_outputs[0].defined();
  const int64_t n = features.values[0].size(0);
  Pass pass{
      .tape = *this,
      .s = uses_value ? grad_outputs[0].reshape({n}) : at::zeros({n}, features.values[0].options()),
      .uses_value = uses_value,
      .tangents = std::vector<Tensor>(last_use.size()),
      .gradients = variable_list(num_outputs())};
  if (x_edge != kNoEdge && uses_value) pass.gradients[x_edge] = broadcast_rows(pass.s, grad) * grad;
  pass.begin_with_features(grad_outputs[1]);
  for (const TapeEntry& entry : entries) {
    pass.tangents[entry.node] =
        entry.by == TapeEntry::By::reference ? pass.by_reference(entry) : pass.by_own_pass(entry);
    for (const TapeEntry::Input& input : entry.inputs)
      if (last_use[input.node] == entry.first) pass.tangents[input.node].reset();
  }
  return std::move(pass.gradients);
}

}  // namespace gannet
