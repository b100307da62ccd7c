// A layer: a pure function of its inputs, where weights are inputs like any other value. Its truth
// is reference(), plain ATen operators that can be differentiated twice.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gannet/base/philox.h"
#include "gannet/tensor/batch.h"

namespace gannet {

// How a net runs at present: set by the training loop around a phase, never by a recipe.
struct RunMode {
  bool training = false;       // batch statistics and dropout
  bool requires_grad = false;  // weights collect gradients
  Address draws;               // seed, step, phase and repeat of what is drawn inside the net
  int64_t first_sample = 0;    // global number of the batch's first sample
  // Where not empty, one a sample: sample i draws as number 0 under the key seeds[i], so that
  // `sample --seeds` gives the same image in any company.
  std::vector<uint64_t> seeds = {};
};

// One layer in one call of its net.
struct Call {
  const RunMode& mode;
  uint32_t layer;           // number of the layer among all layers of the Gan
  uint32_t call_index;      // the index of this call of the net in this phase
  std::span<Tensor> state;  // the layer's own state, changed in place in training mode
};

// A tensor that a layer keeps besides its weights (running means), and what it holds at first.
struct StateSlot {
  std::string name;
  Shape shape;
  double initial = 0;
};

// How a layer depends on one of its inputs, when its kinks are held where they fell.
enum class Linearity {
  nonlinear,         // in any way
  linear,            // linear in all inputs of this kind together
  piecewise_linear,  // the same, but which linear function it is depends on the point
  multilinear,       // linear in it, as long as the others of this kind stand still
  bias               // added to the result, one number a channel; may be left out
};

class Layer {
 public:
  virtual ~Layer() = default;
  virtual std::string_view kind()
      const = 0;  // "conv"; names of layers and weights are made from it
  // Shapes are without the batch axis; those of weights are whole. Throws Error naming both shapes.
  virtual Shape shape(std::span<const Shape> in) const = 0;
  virtual Tensor reference(std::span<const Tensor> in, Call& call) const = 0;
  virtual std::vector<StateSlot> state(std::span<const Shape>) const { return {}; }
  virtual bool per_sample() const { return true; }  // false: a sample's result depends on its batch
  // What a slope in four passes asks (slope.cpp): held() is reference() of `in`, but with its kinks
  // where they fell when the inputs were `at`, of which only the kinked ones are given.
  virtual Linearity linearity(size_t /*input*/) const { return Linearity::nonlinear; }
  virtual Tensor jvp(std::span<const Tensor> in, std::span<const Tensor> /*at*/, Call& call) const {
    return reference(in, call);
  }
  virtual int64_t flops(std::span<const Shape> in,
                        const Shape& out) const;  // multiply and add count as two
};

using LayerPtr = std::shared_ptr<const Layer>;

}  // namespace gannet
