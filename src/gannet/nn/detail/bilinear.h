// Bilinear upsampling whose gradient is the same each time on a GPU, where ATen's own adds in no
// fixed order.
#pragma once

#include <ATen/core/Tensor.h>

namespace gannet {

// x [N, C, H, W] -> [N, C, by H, by W], as at::upsample_bilinear2d without align_corners: a matrix
// product along each side.
at::Tensor upsample_by_matrices(const at::Tensor& x, int64_t by);

}  // namespace gannet
