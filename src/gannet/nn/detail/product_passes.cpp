#include "gannet/nn/detail/product_passes.h"

#include "gannet/nn/detail/channel_passes.h"

namespace gannet {
namespace {

using Kind = FusedPart::Kind;

Convolution2d convolution_of(const FusedPart& part) {
  return {part.stride, part.padding, part.output_padding, part.kind == Kind::conv_transpose};
}

}  // namespace

bool is_product(const FusedPart& part) {
  return part.kind == Kind::dense || part.kind == Kind::conv || part.kind == Kind::conv_transpose;
}

Tensor product_input(const FusedPart& part, const Tensor& x) {
  return part.kind == Kind::dense ? x.flatten(1).contiguous() : in_rows(x);
}

Tensor product_forward(const FusedPart& part, const Tensor& x, const Tensor& weight,
                       PackedWeights* kept) {
  return part.kind == Kind::dense ? dense_forward(x, weight)
                                  : conv_forward(convolution_of(part), x, weight, kept);
}

Tensor product_grad_input(const FusedPart& part, const Tensor& dy, const Tensor& weight,
                          at::IntArrayRef x_sizes) {
  return part.kind == Kind::dense ? dense_grad_input(dy, weight).view(x_sizes)
                                  : conv_grad_input(convolution_of(part), dy, weight, x_sizes);
}

void product_grad_weight(const FusedPart& part, const Tensor& dy, const Tensor& x, Tensor& grad,
                         bool add) {
  if (part.kind == Kind::dense)
    dense_grad_weight(dy, x, grad, add);
  else
    conv_grad_weight(convolution_of(part), dy, x, grad, add);
}

}  // namespace gannet
