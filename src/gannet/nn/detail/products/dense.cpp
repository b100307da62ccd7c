#include <ATen/ops/addmm.h>
#include <ATen/ops/mm.h>

#include "gannet/nn/detail/products.h"
#include "gannet/nn/detail/products/parallel.h"

namespace gannet {
namespace {

using kernels::Matrix;
using kernels::Product;
using kernels::Windows;

// Small products are MKL's: its calls cost less.
bool is_large(const at::Tensor& weight) {
  constexpr int64_t kLarge = 1 << 16;
  return weight.numel() >= kLarge && weight.size(0) >= 16 && weight.size(1) >= 16;
}

}  // namespace

at::Tensor dense_forward(const at::Tensor& x, const at::Tensor& weight) {
  if (!is_large(weight)) return at::mm(x, weight.t());
  // The transpose, y^T = w x^T: of the weight, the largest of the three, nothing is copied.
  const int64_t n = x.size(0), in = weight.size(1), out = weight.size(0);
  const at::Tensor by = packed({.b = x.const_data_ptr<float>(),
                                .offsets = {0},
                                .channels = in,
                                .columns = n,
                                .row = 1,
                                .column = in},
                               x.options());
  at::Tensor transposed = at::empty({out, n}, x.options());
  multiply_all({.a = kernels::matrix_rows(weight.const_data_ptr<float>(), in),
                .packed = by.const_data_ptr<float>(),
                .columns = n,
                .y = {transposed.mutable_data_ptr<float>(), n, 0, 0},
                .add = false},
               out);
  return transposed.t().contiguous();
}

at::Tensor dense_grad_input(const at::Tensor& dy, const at::Tensor& weight) {
  if (!is_large(weight)) return at::mm(dy, weight);
  const int64_t n = dy.size(0), in = weight.size(1), out = weight.size(0);
  at::Tensor dx = at::empty({n, in}, dy.options());
  const Matrix b{.b = weight.const_data_ptr<float>(),
                 .offsets = {0},
                 .channels = out,
                 .columns = in,
                 .row = in,
                 .column = 1};
  const Windows a = kernels::matrix_rows(dy.const_data_ptr<float>(), out);
  Product product{.a = a,
                  .packed = nullptr,
                  .columns = in,
                  .y = {dx.mutable_data_ptr<float>(), in, 0, 0},
                  .add = false};
  constexpr int64_t kFewRows = 96;  // that pass a part of the weight at once
  if (n > kFewRows) {
    const at::Tensor by = packed(b, dy.options());
    product.packed = by.const_data_ptr<float>();
    multiply_all(product, n);
    return dx;
  }
  parallel_ranges(panels(in), 4, [&](int64_t from, int64_t to) {
    kernels::multiply_unpacked(product, b, 0, n, from, to);
  });
  return dx;
}

void dense_grad_weight(const at::Tensor& dy, const at::Tensor& x, at::Tensor& grad, bool add) {
  if (!is_large(grad)) {
    at::addmm_out(grad, grad, dy.t(), x, /*beta=*/add ? 1 : 0);
    return;
  }
  const Windows windows = kernels::matrix_rows(x.const_data_ptr<float>(), x.size(1));
  outer_all({.a = dy.const_data_ptr<float>(),
             .width = dy.size(1),
             .x = windows,
             .samples = x.size(0),
             .y = grad.mutable_data_ptr<float>(),
             .row = x.size(1),
             .tap = 0,
             .add = add});
}

}  // namespace gannet
