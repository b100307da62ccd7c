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
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/nn/detail/features.h"
#include "gannet/nn/detail/fused.h"
#include "gannet/nn/net.h"
#include "gannet/tensor/detail/autograd_node.h"

namespace gannet {
namespace {

using torch::autograd::variable_list;

constexpr int kNoEdge = -1;

// One layer on a path from x to y, as the forward pass left it.
struct TapeEntry {
  struct Input {
    int node;
    Linearity linearity;
    Tensor constant;  // the value, where it does not depend on x
    Tensor primal;    // the value, where it does and is piecewise linear
    int edge;         // number of its gradient among the tape's next edges
  };
  const Layer* layer;
  uint32_t layer_number;  // for its random draws
  int node;               // its value's
  std::vector<Input> inputs;
  Tensor cotangent;  // dy/d(its value), where some input has an edge

  bool trainable() const {
    return std::ranges::any_of(inputs, [](const Input& input) { return input.edge != kNoEdge; });
  }
};

// [N] or [N, C] with further axes of size 1, to be broadcast against x.
Tensor broadcast_rows(const Tensor& rows, const Tensor& x) {
  Shape shape(x.dim(), 1);
  std::copy(rows.sizes().begin(), rows.sizes().end(), shape.begin());
  return rows.reshape(shape);
}

void accumulate(Tensor& sum, const Tensor& more) {
  if (more.defined()) sum = sum.defined() ? sum + more : more;
}

// Values that the piecewise linear part reads: x, or functions of it.
struct Features {
  std::vector<int> nodes;
  variable_list values;
  // Where they are not x alone: the cotangents dy/d(them), and dy/dx with its graph from these.
  variable_list cotangents;
  Tensor grad;

  // Returns dy/dx; `made`: the values by x, `all` begins with their cotangents.
  Tensor add_cotangents(const variable_list& made, const variable_list& all, const Tensor& x) {
    if (made.size() == 1 && made[0].is_same(x)) return all[0];
    for (size_t i = 0; i < made.size(); ++i)
      cotangents.push_back(all[i].detach().set_requires_grad(true));
    grad = torch::autograd::grad(made, {x}, cotangents, /*retain_graph=*/true,
                                 /*create_graph=*/true)[0];
    return grad.detach();
  }

  // J T; undefined where it is zero.
  variable_list tangents(const Tensor& T) const {
    if (!grad.defined()) return {T};
    return torch::autograd::grad({grad}, cotangents, {T}, /*retain_graph=*/true,
                                 /*create_graph=*/false, /*allow_unused=*/true);
  }
};

// The autograd node of (y, dy/dx): its backward is the tangent pass and the weight gradients.
struct Tape : torch::autograd::Node {
  Tape(const RunMode& mode, uint32_t call_index, std::vector<int> last_use)
      : mode(mode), call_index(call_index), last_use(std::move(last_use)) {}

  const RunMode mode;
  const uint32_t call_index;
  const std::vector<int> last_use;  // of each node of the net
  Features features;
  Tensor grad;           // dy/dx, where x collects gradients
  int x_edge = kNoEdge;  // features are x alone there
  std::vector<TapeEntry> entries;

  std::string name() const override { return "ValueAndGradBackward"; }
  void release_variables() override {
    entries.clear();
    features = {};
    grad.reset();
  }

  int edge_to(const Tensor& value) {
    if (!value.requires_grad()) return kNoEdge;
    add_next_edge(torch::autograd::impl::gradient_edge(value));
    return static_cast<int>(num_outputs()) - 1;
  }

  void record(const gannet::Node& layer, int node, uint32_t layer_number,
              const std::vector<bool>& on_path, const std::vector<Tensor>& values) {
    TapeEntry entry{.layer = layer.layer.get(), .layer_number = layer_number, .node = node};
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
    entries.push_back(std::move(entry));
  }

  variable_list apply(variable_list&& grad_outputs) override {
    if (at::GradMode::is_enabled())
      throw Error("an input gradient can be differentiated once, without a graph of the result",
                  "");
    if (features.nodes.empty()) throw Error("an input gradient can be differentiated once", "");
    const bool uses_value = grad_outputs[0].defined();  // not in lazy R1 or gp
    const int64_t n = features.values[0].size(0);
    const Tensor s =
        uses_value ? grad_outputs[0].reshape({n}) : at::zeros({n}, features.values[0].options());
    variable_list grad_inputs(num_outputs());
    if (x_edge != kNoEdge && uses_value) grad_inputs[x_edge] = broadcast_rows(s, grad) * grad;
    std::vector<Tensor> tangents(last_use.size());
    begin_with_features(grad_outputs[1], s, uses_value, tangents);
    for (const TapeEntry& entry : entries) {
      tangents[entry.node] = tangent_pass(entry, tangents, s, uses_value, grad_inputs);
      for (const TapeEntry::Input& input : entry.inputs)
        if (last_use[input.node] == entry.node) tangents[input.node].reset();
    }
    return grad_inputs;
  }

 private:
  // The tangents s f + J T.
  void begin_with_features(const Tensor& T, const Tensor& s, bool uses_value,
                           std::vector<Tensor>& tangents) const {
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

  // The tangent of the layer's value; accumulates the gradients of its constant inputs.
  Tensor tangent_pass(const TapeEntry& entry, const std::vector<Tensor>& tangents, const Tensor& s,
                      bool uses_value, variable_list& grad_inputs) const {
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
    Call call{mode, entry.layer_number, call_index, {}};
    Tensor tangent = fused_product(*entry.layer, in);
    if (!tangent.defined()) tangent = entry.layer->jvp(in, primals, call);
    if (bias.defined()) tangent.add_(broadcast_rows(bias, tangent));
    if (leaves.empty()) return tangent;
    const variable_list grads = torch::autograd::grad({tangent}, leaves, {entry.cotangent});
    for (size_t i = 0; i < leaves.size(); ++i) accumulate(grad_inputs[edges[i]], grads[i]);
    return tangent.detach();
  }
};

}  // namespace

Net::ValueAndGrad Net::vjp(const Tensor& x, const Tensor& v, const Condition& condition) {
  return vjp(x, v, inputs(condition));
}

Net::ValueAndGrad Net::vjp(const Tensor& x, const Tensor& v, const Inputs& more) {
  if (!at::GradMode::is_enabled()) throw Error("an input gradient where gradients are off", name());
  if (!x.defined() || !x.is_floating_point())
    throw Error("an input gradient needs an input of real numbers", name() + ".x");
  if (v.defined()) return vjp_by_double_backward(x, v, more);
  const std::vector<bool> features = features_of_x(spec_);
  const bool is_curved = std::ranges::count(features, true) > 1;
  if (features.empty() || (is_curved && x.requires_grad()))
    return vjp_by_double_backward(x, v, more);
  return value_and_grad_by_jvp(x, more);
}

Net::ValueAndGrad Net::value_and_grad_by_jvp(const Tensor& x, const Inputs& more) {
  const std::vector<Node>& nodes = spec_.nodes();
  const std::vector<bool> on_path = spec_.on_path_from_x(), is_feature = features_of_x(spec_);
  const auto tape = make_node<Tape>(mode_, calls_++, last_use_);
  std::vector<Tensor> values(nodes.size()), in;
  const Tensor leaf = x.detach().set_requires_grad(true);
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (!is_feature[i]) continue;
    in.clear();
    for (const int from : nodes[i].in) in.push_back(values[from]);
    values[i] = evaluate(i, in, leaf, more, tape->call_index, /*bf16=*/false);
  }
  variable_list made, wanted;  // the features by x, and what cotangents are needed of
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (is_feature[i] || !on_path[i]) continue;
    for (const int from : nodes[i].in) {
      if (!is_feature[from] || std::ranges::count(tape->features.nodes, from) > 0) continue;
      made.push_back(values[from]);
      if (from > 0) values[from] = values[from].detach().set_requires_grad(true);
      tape->features.nodes.push_back(from);
      tape->features.values.push_back(values[from].detach());
      wanted.push_back(values[from]);
    }
  }
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (is_feature[i]) continue;
    in.clear();
    for (const int from : nodes[i].in)
      in.push_back(on_path[i] && !on_path[from] ? values[from].detach() : values[from]);
    if (on_path[i] && nodes[i].layer) values[i] = fused_product(*nodes[i].layer, in);
    if (!values[i].defined())
      values[i] = evaluate(i, in, leaf, more, tape->call_index, /*bf16=*/false);
    if (i == 0 || !on_path[i]) continue;
    tape->record(nodes[i], static_cast<int>(i), first_layer_ + static_cast<uint32_t>(i), on_path,
                 values);
    if (tape->entries.back().trainable()) wanted.push_back(values[i]);
  }
  const Tensor y = values[spec_.cursor()];
  values.clear();
  const variable_list cotangents = torch::autograd::grad({y}, wanted, {at::ones_like(y)});
  ValueAndGrad result{y.detach(), tape->features.add_cotangents(made, cotangents, leaf)};
  tape->grad = result.grad.detach();
  tape->x_edge = tape->edge_to(x);
  size_t next = made.size();
  for (TapeEntry& entry : tape->entries)
    if (entry.trainable()) entry.cotangent = cotangents[next++];
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
