// Net: a NetSpec with weights. Weights are slots of one flat buffer, their gradients of another,
// state (running means) of a third, so that optimiser, EMA, checkpoint and all-reduce are each one
// pass over one buffer.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

#include "gannet/nn/spec.h"

namespace gannet {

using Inputs = std::vector<std::pair<std::string, Tensor>>;

// The inputs of a condition by their names: labels, attributes, tokens, input_image,
// text_embedding.
Inputs inputs(const Condition& condition);

// What a net computed: its main output, and the others by name.
struct Outputs {
  Tensor main;
  std::vector<std::pair<std::string, Tensor>> named;
  operator const Tensor&() const {
    return main;
  }  // NOLINT: a net of one output reads as a function
  const Tensor& operator[](
      std::string_view name) const;  // throws Error naming the outputs there are
};

// A named part of a flat buffer. Slots start at multiples of 16 elements: 64 bytes in f32.
struct Slot {
  std::string name;  // "conv1.weight"
  Shape shape;
  int64_t offset;
};

class Net {
 public:
  // Weights are drawn at (seed, Purpose::init, first_layer + node). options: float32 or float64,
  // and the device.
  Net(NetSpec spec, uint64_t seed, uint32_t first_layer = 0, at::TensorOptions options = {});
  Net(const Net&) = delete;
  Net& operator=(const Net&) = delete;

  // x [N, ...] and further inputs by name, each differentiable. Inputs that the net does not have
  // are passed over, so that one Condition feeds every net; one that it has and does not get is an
  // Error. Weight gradients are collected only where mode.requires_grad.
  Outputs operator()(const Tensor& x, const Condition& condition = {});
  Outputs operator()(const Tensor& x, const Inputs& more);

  // y = net(x) and its slope v^T dy/dx, of x's shape, both differentiable: what gradient penalties
  // and path lengths are made of. v has y's shape; undefined: ones, so that the slope of sample i
  // is d(sum of y_i)/dx_i where the net is per image. Weights get no gradient from the inner
  // derivative, only from a later backward() of what is made of y and slope; that backward must not
  // create a graph. A constant x gets its derivative all the same; the result then doesn't lead
  // back to it. Throws Error where the main output does not depend on x, or gradients are off.
  // Where spec().piecewise_linear() and v is undefined, this costs four passes instead of six.
  struct ValueAndGrad {
    Tensor value, grad;
  };
  ValueAndGrad value_and_grad(const Tensor& x, const Condition& condition = {}) {
    return vjp(x, {}, condition);
  }
  ValueAndGrad value_and_grad(const Tensor& x, const Inputs& more) { return vjp(x, {}, more); }
  ValueAndGrad vjp(const Tensor& x, const Tensor& v, const Condition& condition = {});
  ValueAndGrad vjp(const Tensor& x, const Tensor& v, const Inputs& more);

  // Changes how the net runs, and counts its calls from 0 again (or from `calls`).
  void set_mode(const RunMode& mode, uint32_t calls = 0);
  uint32_t calls() const { return calls_; }
  const RunMode& mode() const { return mode_; }

  const NetSpec& spec() const { return spec_; }
  const std::string& name() const { return spec_.name(); }
  uint32_t layers() const {
    return static_cast<uint32_t>(spec_.nodes().size());
  }                                                          // numbers it uses from first_layer on
  const std::vector<Slot>& slots() const { return slots_; }  // of parameters and gradients
  const std::vector<Slot>& state_slots() const { return state_slots_; }  // of state
  static Tensor view(const Tensor& flat, const Slot& slot);
  // Each slot of the parameters; where requires_grad, a term made of them gives them a gradient.
  const std::vector<Tensor>& weights() const { return mode_.requires_grad ? leaves_ : constants_; }

  Tensor parameters, gradients, state;  // flat; padding between slots is zero and stays zero

 private:
  void draw_weights(uint64_t seed, uint32_t first_layer);
  Tensor take_input(const Node& node, const Tensor& x, const Inputs& more) const;
  // Nodes before i have their values; `in` are those of i's inputs.
  Tensor evaluate(size_t i, std::span<const Tensor> in, const Tensor& x, const Inputs& more,
                  uint32_t call_index);
  ValueAndGrad value_and_grad_in_four_passes(const Tensor& x, const Inputs& more);
  ValueAndGrad vjp_by_double_backward(const Tensor& x, const Tensor& v, const Inputs& more);

  NetSpec spec_;
  std::vector<Slot> slots_, state_slots_;
  std::vector<Tensor> leaves_, constants_;  // the slots of parameters: collecting gradients, or not
  std::vector<Tensor> state_views_;
  std::vector<int> slot_of_node_, state_of_node_, last_use_;
  uint32_t first_layer_ = 0, calls_ = 0;
  RunMode mode_;
};

}  // namespace gannet
