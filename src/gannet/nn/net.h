// Net: a NetSpec with weights. Weights are slots of one flat buffer, their gradients of another,
// state (running means) of a third, so that optimizer, EMA, checkpoint and all-reduce are each one
// pass over one buffer.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gannet/nn/spec.h"

namespace gannet {

using Inputs = std::vector<std::pair<std::string, Tensor>>;

// The defined fields of a condition by their names.
Inputs inputs(const Condition& condition);

// The outputs of a net: the main one, and the others by name.
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

struct FusedGroup;  // nn/detail/groups.h
struct FusedGroups;

class Net {
 public:
  // Weights are drawn at (seed, Purpose::init, first_layer + node). options: float32 or float64,
  // and the device.
  Net(NetSpec spec, uint64_t seed, uint32_t first_layer = 0, at::TensorOptions options = {});
  Net(const Net&) = delete;
  Net& operator=(const Net&) = delete;

  // x [N, ...] and further inputs by name, each differentiable. Inputs that the net does not have
  // are ignored, so that one Condition feeds every net; a missing one is an Error. Weight gradients
  // are collected only where mode.requires_grad. In float32 on a CPU the outputs can be
  // differentiated once: of input gradients that are differentiated again see value_and_grad().
  Outputs operator()(const Tensor& x, const Condition& condition = {});
  Outputs operator()(const Tensor& x, const Inputs& more);

  // The value y = net(x) and the input gradient, of x's shape, both differentiable: for gradient
  // penalties and path lengths. vjp: v^T dy/dx, where v has y's shape; value_and_grad: v = 1, for
  // sample i d(sum of y_i)/dx_i where no layer mixes samples. Weights get gradients only from a
  // later backward() of a function of the two; that backward must not create a graph. x may be a
  // constant. Throws Error where the main output does not depend on x, or gradients are off.
  // value_and_grad of a net that is piecewise_linear() costs four passes instead of six.
  struct ValueAndGrad {
    Tensor value, grad;
  };
  ValueAndGrad value_and_grad(const Tensor& x, const Condition& condition = {}) {
    return vjp(x, {}, condition);
  }
  ValueAndGrad value_and_grad(const Tensor& x, const Inputs& more) { return vjp(x, {}, more); }
  ValueAndGrad vjp(const Tensor& x, const Tensor& v, const Condition& condition = {});
  ValueAndGrad vjp(const Tensor& x, const Tensor& v, const Inputs& more);

  // Style mixing (Karras et al. 2019, arXiv:1812.04948, section 3.1): the value of (x, more), but
  // layers whose maps have `from` rows or more read the vectors that `fine` gives: z, conditions,
  // and what is made of them alone. See style_sizes().
  struct Style {
    Tensor x;
    Inputs more;
  };
  Tensor mixed(const Style& coarse, const Style& fine, int64_t from);

  // Changes how the net runs, and sets the index of its next call.
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

  // gradients = 0, cheaper: after clear_gradients() the first gradient of each weight is written,
  // not added, and settle_gradients() makes the others zero. Between the two `gradients` holds
  // what it held before, where no backward() has been.
  void clear_gradients();
  void settle_gradients();
  // A view of each slot of the parameters; where requires_grad, leaves that collect gradients.
  const std::vector<Tensor>& weights() const { return mode_.requires_grad ? leaves_ : constants_; }

  Tensor parameters, gradients, state;  // flat; padding between slots is zero and stays zero

 private:
  void draw_weights(uint64_t seed, uint32_t first_layer);
  Tensor input_value(const Node& node, const Tensor& x, const Inputs& more) const;
  // The value of node i from the values of its inputs.
  Tensor evaluate(size_t i, std::span<const Tensor> in, const Tensor& x, const Inputs& more,
                  uint32_t call_index, bool bf16);
  // Inputs of node i as its Precision wants them.
  std::vector<Tensor> in_own_precision(size_t i, std::span<const Tensor> in) const;
  // By the passes of fused groups where they can, or by each layer's reference.
  enum class By { groups, reference };
  Outputs forward(const Tensor& x, const Inputs& more, bool bf16, By by = By::groups);
  // The value of a group of layers; undefined where its references must compute it.
  Tensor run_group(const FusedGroup& group, const Tensor& x);
  ValueAndGrad value_and_grad_by_jvp(const Tensor& x, const Inputs& more);
  ValueAndGrad vjp_by_double_backward(const Tensor& x, const Tensor& v, const Inputs& more);

  NetSpec spec_;
  std::vector<Slot> slots_, state_slots_;
  std::vector<Tensor> leaves_, constants_;  // views of the parameters' slots, with and without grad
  std::vector<Tensor> gradient_views_;      // of the gradients' slots: the leaves' grad()
  std::vector<Tensor> state_views_;
  std::vector<int> slot_of_node_, state_of_node_, last_use_;
  std::shared_ptr<FusedGroups> groups_;
  std::vector<bool> last_product_;  // a product in bfloat16 that none comes after
  uint32_t first_layer_ = 0, calls_ = 0;
  RunMode mode_;
};

// The rows of the maps (of audio: the samples) at which a net reads a vector, in ascending order. A
// net that reads one at its first map alone has no styles to mix.
std::vector<int64_t> style_sizes(const NetSpec& spec);
// Do maps of `from` rows or more read vectors made of x, beside those of conditions?
bool reads_x_from(const NetSpec& spec, int64_t from);

}  // namespace gannet
