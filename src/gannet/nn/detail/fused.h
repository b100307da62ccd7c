// A product, batch normalization and a piecewise linear activation as one node of autograd's graph,
// for float32 values on a CPU: each of the three may be missing. What the layers' references
// compute, with sums in another order: nothing is kept but what the gradients need, weight
// gradients are added to `grad` where they lie, and none is computed that nobody wants.
#pragma once

#include <ATen/core/Tensor.h>

#include "gannet/nn/detail/gradient_place.h"
#include "gannet/nn/detail/packed_weights.h"
#include "gannet/nn/layer.h"

namespace gannet {

struct FusedLayers {
  FusedPart product, norm, activation;
};

struct FusedInputs {
  Tensor x;
  FusedWeight weight, bias;   // bias of the product
  FusedWeight gain, shift;    // of the norm
  std::span<Tensor> moments;  // running mean and variance, moved where `training`
  bool training;
  PackedWeights* packed = nullptr;  // of the weight, where it is used again
};

// May fused() compute it? Else the references do: other types and devices, shapes without a kernel,
// input that is an error.
bool can_fuse(const FusedLayers& layers, const FusedInputs& in);

// false: the references compute everything in this process, with the same sums as on a device that
// has no fused passes.
void set_fusing(bool fuses);

// Its gradients cannot be differentiated again: an Error.
Tensor fused(const FusedLayers& layers, const FusedInputs& in);

// A product by itself, of x, weight and perhaps a bias; undefined where fused() may not compute it.
Tensor fused_product(const Layer& layer, std::span<const Tensor> in);

}  // namespace gannet
