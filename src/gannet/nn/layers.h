// The layers, one file a family in layers/. "x" is the first input; shapes are without the batch
// axis.
#pragma once

#include "gannet/nn/layer.h"

namespace gannet {

// x [D] (or any shape, flattened), weight [O, D], bias [O] or none -> [O].
LayerPtr dense();

// x [C, ...] with one or two spatial axes, weight [O, C, k...], bias [O] or none -> [O, ...].
LayerPtr convolution(int64_t stride, int64_t padding);
// The transpose: weight [C, O, k...] as in PyTorch; side (n - 1) stride - 2 padding + k.
LayerPtr transposed_convolution(int64_t stride, int64_t padding);

// Batch normalisation (Ioffe & Szegedy 2015, arXiv:1502.03167) over all axes but the channel. x,
// weight [C], bias [C]. State running_mean and running_var (unbiased), moved by `momentum` at each
// call in training mode, as in PyTorch.
LayerPtr batch_norm(double momentum, double epsilon);

// The activations are one table. piecewise_linear: f'' = 0 wherever it is defined.
struct Activation {
  std::string_view name;
  Tensor (*f)(const Tensor& x, double parameter);
  bool piecewise_linear;
};
std::span<const Activation> activations();
// relu, leaky (parameter: negative slope), elu (alpha), selu, softplus, gelu, silu, sigmoid, tanh.
// Throws for another name.
LayerPtr activation(std::string_view name, double parameter = 0);

LayerPtr reshape(Shape to);  // same number of elements
LayerPtr sum();              // x + y + ..., equal shapes
LayerPtr concat();  // along the first axis; an [F] beside a [C, H, W] is spread over H and W
LayerPtr dot();     // x [F], y [F] -> [1]
LayerPtr max_pieces(int64_t pieces);    // x [U * pieces] -> [U], the maximum of each unit's pieces
LayerPtr upsample_nearest(int64_t by);  // each spatial axis
LayerPtr embedding();                   // int64 x [...], weight [K, E] -> [..., E]

// Addressed masks, kept values divided by 1 - p. `always`: also outside training (pix2pix).
LayerPtr dropout(double p, bool always);

}  // namespace gannet
