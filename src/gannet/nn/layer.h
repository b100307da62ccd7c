// A layer: a pure function of its inputs, where weights are inputs like any other value, defined by
// reference(): plain ATen operators that can be differentiated twice.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gannet/base/philox.h"
#include "gannet/tensor/batch.h"

namespace gannet {

class ProcessGroup;  // tensor/process_group.h

// How a net runs: set by the training loop around a phase, never by a recipe.
struct RunMode {
  bool training = false;       // batch statistics and dropout
  bool requires_grad = false;  // weights collect gradients
  bool bf16 = false;           // products in bfloat16 (Precision), but for each net's last ones
  Address draws;               // seed, step, phase and repeat of the draws inside the net
  int64_t first_sample = 0;    // global number of the batch's first sample
  // Where the batch is one process' part of a larger one, the processes: layers that mix samples of
  // a batch mix those of all. `sync_bn` false: batch norm takes its own part's statistics.
  const ProcessGroup* group = nullptr;
  bool sync_bn = true;
  // Empty, or one for each sample: sample i draws as number 0 under the key seeds[i], so that
  // `sample --seeds` gives the same image in any batch.
  std::vector<uint64_t> seeds = {};
};

// One layer in one call of its net.
struct Call {
  const RunMode& mode;
  uint32_t layer;           // number of the layer among all layers of the Gan
  uint32_t call_index;      // the index of this call of the net in this phase
  std::span<Tensor> state;  // the layer's own state, changed in place in training mode
};

// A tensor that a layer keeps besides its weights (a running mean), and its initial value.
struct StateSlot {
  std::string name;
  Shape shape;
  double initial = 0;
};

// How a layer depends on one of its inputs.
enum class Linearity {
  nonlinear,
  linear,            // jointly with the layer's other linear inputs: x + y
  piecewise_linear,  // jointly linear within each piece: relu, max
  multilinear,       // linear in each such input while the others are fixed: x w
  bias               // [C], added to each channel of the output; may be left out of jvp()
};

// What a layer computes in where RunMode::bf16 is set. Weights, statistics and gradients of weights
// are kept in float32 all the same.
enum class Precision {
  f32,   // its inputs are made float32
  bf16,  // its inputs, weights too, are made bfloat16
  any    // as its inputs come
};

// What a layer is to the passes of nn/detail/fused.h, which run a product, batch normalization and
// a piecewise linear activation together.
struct FusedPart {
  enum class Kind { none, dense, conv, conv_transpose, batch_norm, activation } kind = Kind::none;
  int64_t stride = 1, padding = 0, output_padding = 0;  // of a convolution without groups
  double momentum = 0, epsilon = 0;                     // of batch norm
  double slope = 1;  // of an activation, where its input is negative
};

class Layer {
 public:
  virtual ~Layer() = default;
  virtual std::string_view kind()
      const = 0;  // "conv": layers are called conv1, conv2, their weights conv1.weight
  // The numbers that define it besides its weights: "stride 2, padding 1"; "" where there are none.
  virtual std::string settings() const { return ""; }
  // Shapes are without the batch axis; those of weights are whole. Throws Error naming both shapes.
  virtual Shape shape(std::span<const Shape> in) const = 0;
  virtual Tensor reference(std::span<const Tensor> in, Call& call) const = 0;
  virtual std::vector<StateSlot> state(std::span<const Shape>) const { return {}; }
  virtual bool per_sample() const { return true; }  // false: an output depends on the whole batch
  virtual Precision precision() const { return Precision::f32; }
  // For the forward-mode pass of Net::value_and_grad. jvp(): reference() of the tangents, with the
  // linear pieces that are active at the primals, of which only piecewise-linear ones are defined.
  // A multilinear input that has no tangent (a weight) comes as its value.
  virtual Linearity linearity(size_t /*input*/) const { return Linearity::nonlinear; }
  virtual Tensor jvp(std::span<const Tensor> tangents, std::span<const Tensor> /*primals*/,
                     Call& call) const {
    return reference(tangents, call);
  }
  virtual FusedPart fused_part() const { return {}; }
  virtual int64_t flops(std::span<const Shape> in,
                        const Shape& out) const;  // multiply and add count as two
};

std::string setting(std::string_view name, double value);  // "stride 2"

using LayerPtr = std::shared_ptr<const Layer>;

}  // namespace gannet
