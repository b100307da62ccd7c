// Where the gradient of a weight goes in backward(): straight to its slot of the flat buffer.
#pragma once

#include <ATen/core/Tensor.h>

#include "gannet/nn/layer.h"

namespace gannet {

// A weight and where its gradient lies, if it collects one: undefined tensors where there is none.
struct FusedWeight {
  Tensor value, gradient;
};

// In several processes, which sum a gradient when autograd has accumulated it, it lies nowhere.
inline FusedWeight collected_weight(const RunMode& mode, const Tensor& value,
                                    const Tensor& gradient) {
  return {value, mode.group == nullptr ? gradient : Tensor()};
}

struct GradientPlace {
  Tensor to;  // undefined: the gradient is the node's result
  bool add;   // else written
};

// For a node's backward. In autograd::grad(), which wants results, there is no place.
GradientPlace gradient_place(const FusedWeight& weight);

}  // namespace gannet
