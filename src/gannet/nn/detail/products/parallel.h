// The kernels' matrix products, divided among ATen's threads: the bits are the same at any number.
#pragma once

#include <ATen/ops/empty.h>

#include <algorithm>

#include "gannet/kernels/gemm.h"
#include "gannet/nn/detail/parallel.h"

namespace gannet {

inline int64_t panels(int64_t columns) {
  return (columns + kernels::panel_width() - 1) / kernels::panel_width();
}

// Tiles of rows are the unit that threads share.
inline void multiply_all(const kernels::Product& product, int64_t rows) {
  constexpr int64_t kUnit = 12;
  parallel_ranges((rows + kUnit - 1) / kUnit, 1, [&](int64_t begin, int64_t end) {
    kernels::multiply(product, begin * kUnit, std::min(end * kUnit, rows), 0,
                      panels(product.columns));
  });
}

inline at::Tensor packed(const kernels::Matrix& b, const at::TensorOptions& options) {
  at::Tensor memory = at::empty({kernels::packed_size(b.depth(), b.columns)}, options);
  float* const to = memory.mutable_data_ptr<float>();
  parallel_ranges(panels(b.columns), 1,
                  [&](int64_t from, int64_t end) { kernels::pack(b, from, end, to); });
  return memory;
}

inline void outer_all(const kernels::OuterProduct& product) {
  parallel_ranges(kernels::panels_of(product), 1,
                  [&](int64_t from, int64_t to) { kernels::multiply_outer(product, from, to); });
}

}  // namespace gannet
