// The product of a FusedPart and its gradients, below autograd (products.h): dense or a
// convolution.
#pragma once

#include "gannet/nn/detail/products.h"
#include "gannet/nn/layer.h"

namespace gannet {

bool is_product(const FusedPart& part);

// x as the others take it: its rows, of a dense layer flat.
Tensor product_input(const FusedPart& part, const Tensor& x);
Tensor product_forward(const FusedPart& part, const Tensor& x, const Tensor& weight,
                       PackedWeights* kept = nullptr);
// The gradient of the x that was given to product_input(), of these sizes.
Tensor product_grad_input(const FusedPart& part, const Tensor& dy, const Tensor& weight,
                          at::IntArrayRef x_sizes);
// Writes the gradient of the weight to `grad`, which is contiguous, or adds it.
void product_grad_weight(const FusedPart& part, const Tensor& dy, const Tensor& x, Tensor& grad,
                         bool add);

}  // namespace gannet
