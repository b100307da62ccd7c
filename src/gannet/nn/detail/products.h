// Dense layers and two-dimensional convolutions of float32 values on a CPU, forward and backward,
// below autograd. Images are channels-last in memory, whatever is given; so are the results.
#pragma once

#include <ATen/core/Tensor.h>

#include "gannet/nn/detail/packed_weights.h"
#include "gannet/nn/layer.h"

namespace gannet {

// A convolution or its transpose, as PyTorch's: weight [O, C, k, k], of a transpose [C, O, k, k].
struct Convolution2d {
  int64_t stride, padding, output_padding;
  bool transposed;
};

// y = x w^T for x [N, C] and a weight [O, C]; a convolution of x [N, C, H, W] without its bias.
// kept: of the weight, or null.
at::Tensor dense_forward(const at::Tensor& x, const at::Tensor& weight);
at::Tensor conv_forward(const Convolution2d& conv, const at::Tensor& x, const at::Tensor& weight,
                        PackedWeights* kept = nullptr);

// The gradient of x, of these sizes.
at::Tensor dense_grad_input(const at::Tensor& dy, const at::Tensor& weight);
at::Tensor conv_grad_input(const Convolution2d& conv, const at::Tensor& dy,
                           const at::Tensor& weight, at::IntArrayRef x_sizes);

// Writes the gradient of the weight to `grad`, which is contiguous, or adds it.
void dense_grad_weight(const at::Tensor& dy, const at::Tensor& x, at::Tensor& grad, bool add);
void conv_grad_weight(const Convolution2d& conv, const at::Tensor& dy, const at::Tensor& x,
                      at::Tensor& grad, bool add);

// x [N, C, H, W] in channels-last memory, also where C or H and W are 1 and strides say less.
at::Tensor channels_last(const at::Tensor& x);
at::Tensor empty_channels_last(at::IntArrayRef sizes, const at::TensorOptions& options);

}  // namespace gannet
