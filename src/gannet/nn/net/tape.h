// The tape of Net::value_and_grad: what its forward pass leaves for the passes after it.
#pragma once

#include <torch/csrc/autograd/function.h>

#include <vector>

#include "gannet/nn/detail/fused.h"
#include "gannet/nn/spec.h"

namespace gannet {

using torch::autograd::variable_list;

constexpr int kNoEdge = -1;

// A layer on a path from x to y as the forward pass left it, or a product and its activation.
struct TapeEntry {
  struct Input {
    int node;
    Linearity linearity;
    Tensor constant;  // the value, where it does not depend on x
    Tensor primal;    // the value, where it does and is piecewise linear
    int edge;         // number of its gradient among the tape's next edges
  };
  // What computes it, and its derivatives: own passes below autograd, or the layer's reference.
  enum class By { product, activation, sum, reference };
  By by = By::reference;
  const Layer* layer = nullptr;
  uint32_t layer_number = 0;  // for its random draws
  int first = 0, node = 0;    // of the layer that reads the inputs, and of the value
  std::vector<Input> inputs;
  FusedLayers layers;  // of own passes
  FusedWeight weight, bias;
  Shape x_sizes;         // of a product
  Tensor y;              // of an activation: its output, whose signs tell the active pieces
  variable_list leaves;  // of a reference: its inputs that depend on x, with the graph of `value`
  Tensor value;
  Tensor cotangent;  // dy/d(its value, of a product before the activation), where it is trainable

  bool trainable() const;
  // The value by own passes, from the first input.
  Tensor forward(const Tensor& x);
  // The cotangents of the inputs that depend on x, in their order, by that of the value.
  variable_list pull_back(const Tensor& dy);
};

// Values that the piecewise linear part reads: x, or functions of it.
struct Features {
  std::vector<int> nodes;
  variable_list values;
  // Where they are not x alone: the cotangents dy/d(them), and dy/dx with its graph from these.
  variable_list cotangents;
  Tensor grad;

  // dy/dx by the cotangents of the features; `made`: their values by x.
  Tensor grad_by_x(const variable_list& made, const variable_list& by_feature, const Tensor& x);
  // J T; undefined where it is zero.
  variable_list tangents(const Tensor& T) const;
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
  void release_variables() override;
  int edge_to(const Tensor& value);
  // An entry for a layer, by its reference so far. `values`: of the nodes that it reads.
  TapeEntry& record(const gannet::Node& layer, int node, const std::vector<bool>& on_path,
                    const std::vector<Tensor>& values);
  // Of the features, by y, the value of the last entry. Entries keep what weight gradients need.
  variable_list cotangents(const Tensor& y);
  variable_list apply(variable_list&& grad_outputs) override;

 private:
  struct Pass;
};

}  // namespace gannet
