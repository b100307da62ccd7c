// Net::vjp. In general by double backward of the references: the only place that asks for a
// graph of a gradient. For piecewise-linear nets of one logit y a sample by four passes:
//
// With s = dL/dy and T = dL/dslope from above, dL = s dy + d(T . dy/dx). While no kink is crossed,
// y is linear in (x, 1) and in the tangent, so that both terms are the derivative of one forward
// pass of u = s (x, 1) + (T, 0): the input is s x + T, constants are multiplied by s, kinks stay as
// they fell for x. Each layer's weights then get delta (x) u, where delta = dy/d(layer's value) is
// what made the slope. Passes: forward, delta, u, weights. The same for every sample by itself.
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>

#include "gannet/base/error.h"
#include "gannet/nn/net.h"

namespace gannet {
namespace {

using torch::autograd::variable_list;

// One layer between x and y, as its call left it.
struct Passed {
  const Layer* layer;
  uint32_t number;         // of the layer, for its draws
  int node;                // whose value it makes
  std::vector<int> from;   // each input's node
  std::vector<int> edge;   // each input's number among the next edges, -1: no gradient
  std::vector<Tensor> in;  // inputs that stand still; undefined: it moves
  std::vector<Tensor> at;  // inputs that move and are kinked
  bool trainable = false;  // some input wants a gradient
  Tensor delta;            // then: dy/d(its value)
};

Tensor beside(const Tensor& column, const Tensor& x) {  // [N] or [N, C] -> [N, (C,) 1...]
  Shape shape(x.dim(), 1);
  std::copy(column.sizes().begin(), column.sizes().end(), shape.begin());
  return column.reshape(shape);
}

struct SlopeNode : torch::autograd::Node {
  SlopeNode(const RunMode& mode, uint32_t call_index, std::vector<int> last_use)
      : mode(mode), call_index(call_index), last_use(std::move(last_use)) {}

  const RunMode mode;
  const uint32_t call_index;
  const std::vector<int> last_use;  // of each node of the net
  Tensor x, slope;
  int x_edge = -1;
  std::vector<Passed> layers;

  std::string name() const override { return "SlopeBackward"; }
  void release_variables() override {
    layers.clear();
    x.reset();
  }

  int edge_to(const Tensor& value) {
    if (!value.requires_grad()) return -1;
    add_next_edge(torch::autograd::impl::gradient_edge(value));
    return static_cast<int>(num_outputs()) - 1;
  }

  // Keeps what the backward needs of a layer whose inputs have these values.
  const Passed& pass(const gannet::Node& at, int node, uint32_t number,
                     const std::vector<bool>& moves, const std::vector<Tensor>& values) {
    Passed p{.layer = at.layer.get(), .number = number, .node = node, .from = at.in};
    for (size_t k = 0; k < at.in.size(); ++k) {
      const Tensor& value = values[at.in[k]];
      const bool still = !moves[at.in[k]];
      const bool kinked = at.layer->linearity(k) == Linearity::piecewise_linear;
      p.in.push_back(still ? value.detach() : Tensor());
      p.at.push_back(kinked ? value.detach() : Tensor());
      p.edge.push_back(still ? edge_to(value) : -1);
      p.trainable |= p.edge.back() >= 0;
    }
    layers.push_back(std::move(p));
    return layers.back();
  }

  variable_list apply(variable_list&& above) override {
    if (at::GradMode::is_enabled())
      throw Error("a slope can be differentiated once, without a graph of that gradient", "");
    if (!x.defined()) throw Error("the gradient of a slope was asked for twice", "");
    const Tensor s = above[0].defined() ? above[0].reshape({x.size(0)}) : Tensor();
    const Tensor& t = above[1];
    variable_list wanted(num_outputs());
    if (x_edge >= 0 && s.defined()) wanted[x_edge] = beside(s, slope) * slope;
    std::vector<Tensor> u(last_use.size());
    u[0] = !s.defined() ? t : !t.defined() ? beside(s, x) * x : at::addcmul(t, x, beside(s, x));
    for (const Passed& layer : layers) {
      u[layer.node] = carry(layer, u, s, wanted);
      for (const int node : layer.from)
        if (last_use[node] == layer.node) u[node].reset();
    }
    return wanted;
  }

 private:
  // The layer's value of u; adds to `wanted` what its inputs that stand still get.
  Tensor carry(const Passed& p, const std::vector<Tensor>& u, const Tensor& s,
               variable_list& wanted) const {
    std::vector<Tensor> in, asked;
    std::vector<size_t> asking;
    Tensor bias;
    for (size_t k = 0; k < p.from.size(); ++k) {
      const Linearity d = p.layer->linearity(k);
      if (d == Linearity::bias) {
        bias = p.in[k];
        if (p.edge[k] >= 0 && s.defined()) give(wanted[p.edge[k]], of_bias(p.delta, s));
        continue;
      }
      Tensor value = p.in[k].defined() ? p.in[k] : u[p.from[k]];
      if (p.in[k].defined() && d != Linearity::multilinear)
        value = s.defined() ? value * beside(s, value) : at::zeros_like(value);
      if (p.edge[k] >= 0) {
        value = value.detach().set_requires_grad(true);
        asked.push_back(value);
        asking.push_back(k);
      }
      in.push_back(value);
    }
    Tensor y;
    {
      const at::AutoGradMode graph(!asked.empty());
      Call call{mode, p.number, call_index, {}};
      y = p.layer->jvp(in, p.at, call);
    }
    if (!asked.empty()) {
      const variable_list found = torch::autograd::grad({y}, asked, {p.delta});
      for (size_t i = 0; i < asking.size(); ++i) {
        const bool constant = p.layer->linearity(asking[i]) != Linearity::multilinear;
        if (constant && !s.defined()) continue;
        give(wanted[p.edge[asking[i]]], constant ? found[i] * beside(s, found[i]) : found[i]);
      }
      y = y.detach();
    }
    if (bias.defined() && s.defined()) y.add_(beside(s.unsqueeze(1) * bias, y));
    return y;
  }

  static Tensor of_bias(const Tensor& delta, const Tensor& s) {
    return s.matmul(delta.dim() > 2 ? delta.flatten(2).sum(2) : delta);
  }
  static void give(Tensor& sum, const Tensor& more) { sum = sum.defined() ? sum + more : more; }
};

}  // namespace

Net::ValueAndGrad Net::vjp(const Tensor& x, const Tensor& v, const Condition& condition) {
  return vjp(x, v, inputs(condition));
}

Net::ValueAndGrad Net::vjp(const Tensor& x, const Tensor& v, const Inputs& more) {
  if (!at::GradMode::is_enabled())
    throw Error("a slope was asked for where gradients are off", name());
  if (!x.defined() || !x.is_floating_point())
    throw Error("a slope needs an input of real numbers", name() + ".x");
  return !v.defined() && spec_.piecewise_linear() ? value_and_grad_in_four_passes(x, more)
                                                  : vjp_by_double_backward(x, v, more);
}

Net::ValueAndGrad Net::value_and_grad_in_four_passes(const Tensor& x, const Inputs& more) {
  const std::vector<Node>& nodes = spec_.nodes();
  const std::vector<bool> moves = spec_.moving();
  const Tensor start = x.detach().set_requires_grad(true);
  const auto node = c10::make_intrusive<SlopeNode>(mode_, calls_++, last_use_);
  std::vector<Tensor> values(nodes.size()), in;
  variable_list wanted{start};
  for (size_t i = 0; i < nodes.size(); ++i) {
    in.clear();
    for (const int index : nodes[i].in)
      in.push_back(moves[i] && !moves[index] ? values[index].detach() : values[index]);
    values[i] = evaluate(i, in, start, more, node->call_index);
    if (i == 0 || !moves[i]) continue;
    const auto number = first_layer_ + static_cast<uint32_t>(i);
    if (node->pass(nodes[i], static_cast<int>(i), number, moves, values).trainable)
      wanted.push_back(values[i]);
  }
  const Tensor y = values[spec_.cursor()];
  values.clear();
  const variable_list deltas = torch::autograd::grad({y}, wanted, {at::ones_like(y)});
  ValueAndGrad result{y.detach(), deltas[0]};
  node->x = start.detach();
  node->slope = deltas[0].detach();
  node->x_edge = node->edge_to(x);
  size_t next = 1;
  for (Passed& passed : node->layers)
    if (passed.trainable) passed.delta = deltas[next++];
  if (node->num_outputs() == 0) return result;
  torch::autograd::create_gradient_edge(result.value, node);
  torch::autograd::create_gradient_edge(result.grad, node);
  return result;
}

Net::ValueAndGrad Net::vjp_by_double_backward(const Tensor& x, const Tensor& v,
                                              const Inputs& more) {
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
