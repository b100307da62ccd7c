#include <cstring>

#include "gannet/nn/detail/products.h"
#include "gannet/nn/detail/products/parallel.h"

namespace gannet {
namespace {

using kernels::Matrix;
using kernels::Windows;

constexpr int64_t kThin = 8;  // channels below which a convolution goes by a matrix of its windows

// Both sides of a convolution: the large images, whose windows make the small ones. The weight is
// [small channels, large channels, k, k], forward and transposed.
struct Sides {
  PackedWeights* kept = nullptr;
  int64_t samples, stride, padding;
  int64_t height, width, channels;  // of the large
  int64_t rows, columns, maps;      // of the small
  int64_t kernel_rows, kernel_columns;

  Sides(const Convolution2d& conv, at::IntArrayRef large, at::IntArrayRef small,
        at::IntArrayRef weight)
      : samples(large[0]),
        stride(conv.stride),
        padding(conv.padding),
        height(large[2]),
        width(large[3]),
        channels(large[1]),
        rows(small[2]),
        columns(small[3]),
        maps(small[1]),
        kernel_rows(weight[2]),
        kernel_columns(weight[3]) {}

  at::Tensor packed_weight(const Matrix& b, const at::Tensor& weight) const {
    return kept ? kept->of(b, weight) : packed(b, weight.options());
  }
  int64_t taps() const { return kernel_rows * kernel_columns; }
  int64_t places() const { return samples * rows * columns; }  // of the small
  bool thin() const { return channels < kThin; }

  Windows windows(const float* large) const {
    Windows w{.x = large,
              .height = height,
              .width = width,
              .channels = channels,
              .rows = rows,
              .columns = columns,
              .stride = stride,
              .taps = {}};
    for (int64_t y = 0; y < kernel_rows; ++y)
      for (int64_t x = 0; x < kernel_columns; ++x) w.taps.push_back({y - padding, x - padding});
    return w;
  }
  std::vector<int64_t> all_taps() const {
    std::vector<int64_t> all(taps());
    for (size_t t = 0; t < all.size(); ++t) all[t] = static_cast<int64_t>(t);
    return all;
  }
};

// The windows of large images as rows [places, taps, channels].
at::Tensor columns_of(const Sides& s, const at::Tensor& large) {
  at::Tensor columns = at::empty({s.places(), s.taps() * s.channels}, large.options());
  const Windows w = s.windows(large.const_data_ptr<float>());
  float* const to = columns.mutable_data_ptr<float>();
  parallel_ranges(s.places(), 256, [&](int64_t begin, int64_t end) {
    kernels::copy_windows(w, begin, end, to + begin * w.depth());
  });
  return columns;
}

// small = the windows of large, by the weight.
void gather(const Sides& s, const at::Tensor& large, const at::Tensor& weight, at::Tensor& small) {
  const int64_t taps = s.taps();
  const Matrix b{.b = weight.const_data_ptr<float>(),
                 .offsets = s.all_taps(),
                 .channels = s.channels,
                 .columns = s.maps,
                 .row = taps,
                 .column = s.channels * taps};
  const at::Tensor by = s.packed_weight(b, weight);
  const at::Tensor columns = s.thin() ? columns_of(s, large) : at::Tensor();
  const Windows a = s.thin() ? kernels::matrix_rows(columns.const_data_ptr<float>(), b.depth())
                             : s.windows(large.const_data_ptr<float>());
  const int64_t row = s.maps * (s.thin() ? 1 : s.columns);
  multiply_all(
      {.a = a,
       .packed = by.const_data_ptr<float>(),
       .columns = s.maps,
       .y = {small.mutable_data_ptr<float>(), s.thin() ? s.maps : row * s.rows, row, s.maps},
       .add = false},
      s.places());
}

// The large images that these windows add up to: columns [places, channels, taps].
void add_windows(const Sides& s, const float* columns, at::Tensor& large) {
  float* const to = large.mutable_data_ptr<float>();
  const kernels::FoldedWindows folded{.columns = columns,
                                      .rows = s.rows,
                                      .across = s.columns,
                                      .height = s.height,
                                      .width = s.width,
                                      .channels = s.channels,
                                      .kernel_rows = s.kernel_rows,
                                      .kernel_columns = s.kernel_columns,
                                      .stride = s.stride,
                                      .padding = s.padding};
  parallel_ranges(s.samples * s.height, 8,
                  [&](int64_t begin, int64_t end) { kernels::fold(folded, begin, end, to); });
}

void scatter_thin(const Sides& s, const at::Tensor& small, const at::Tensor& weight,
                  at::Tensor& large) {
  const int64_t depth = s.taps() * s.channels;
  const at::Tensor by = s.packed_weight({.b = weight.const_data_ptr<float>(),
                                         .offsets = {0},
                                         .channels = s.maps,
                                         .columns = depth,
                                         .row = depth,
                                         .column = 1},
                                        weight);
  at::Tensor columns = at::empty({s.places(), depth}, small.options());
  multiply_all({.a = kernels::matrix_rows(small.const_data_ptr<float>(), s.maps),
                .packed = by.const_data_ptr<float>(),
                .columns = depth,
                .y = {columns.mutable_data_ptr<float>(), depth, 0, 0},
                .add = false},
               s.places());
  add_windows(s, columns.const_data_ptr<float>(), large);
}

// The places of the large images at (row, column) modulo the stride, whose windows of the small
// ones have the same taps.
void scatter_class(const Sides& s, int64_t row, int64_t column, const at::Tensor& small,
                   const at::Tensor& weight, at::Tensor& large) {
  const int64_t step = s.stride;
  Windows a{.x = small.const_data_ptr<float>(),
            .height = s.rows,
            .width = s.columns,
            .channels = s.maps,
            .rows = (s.height - row + step - 1) / step,
            .columns = (s.width - column + step - 1) / step,
            .stride = 1,
            .taps = {}};
  Matrix b{.b = weight.const_data_ptr<float>(),
           .offsets = {},
           .channels = s.maps,
           .columns = s.channels,
           .row = s.channels * s.taps(),
           .column = s.taps()};
  for (int64_t y = (row + s.padding) % step; y < s.kernel_rows; y += step)
    for (int64_t x = (column + s.padding) % step; x < s.kernel_columns; x += step) {
      a.taps.push_back({(row + s.padding - y) / step, (column + s.padding - x) / step});
      b.offsets.push_back(y * s.kernel_columns + x);
    }
  if (b.offsets.empty()) return;
  const at::Tensor by = s.packed_weight(b, weight);
  float* const to = large.mutable_data_ptr<float>() + (row * s.width + column) * s.channels;
  multiply_all(
      {.a = a,
       .packed = by.const_data_ptr<float>(),
       .columns = s.channels,
       .y = {to, s.height * s.width * s.channels, step * s.width * s.channels, step * s.channels},
       .add = false},
      s.samples * a.places());
}

// large = the transpose of gather().
void scatter(const Sides& s, const at::Tensor& small, const at::Tensor& weight, at::Tensor& large) {
  if (s.thin()) return scatter_thin(s, small, weight, large);
  if (std::min(s.kernel_rows, s.kernel_columns) < s.stride) large.zero_();  // places of no window
  for (int64_t row = 0; row < std::min(s.stride, s.height); ++row)
    for (int64_t column = 0; column < std::min(s.stride, s.width); ++column)
      scatter_class(s, row, column, small, weight, large);
}

void grad_weight(const Sides& s, const at::Tensor& large, const at::Tensor& small, at::Tensor& grad,
                 bool add) {
  const int64_t depth = s.taps() * s.channels;
  at::Tensor sums = at::empty({s.maps, depth}, large.options());  // [maps, taps, channels]
  const at::Tensor columns = s.thin() ? columns_of(s, large) : at::Tensor();
  const Windows x = s.thin() ? kernels::matrix_rows(columns.const_data_ptr<float>(), depth)
                             : s.windows(large.const_data_ptr<float>());
  outer_all({.a = small.const_data_ptr<float>(),
             .width = s.maps,
             .x = x,
             .samples = s.thin() ? s.places() : s.samples,
             .y = sums.mutable_data_ptr<float>(),
             .row = depth,
             .tap = s.channels,
             .add = false});
  float* const to = grad.mutable_data_ptr<float>();
  const float* const from = sums.const_data_ptr<float>();
  parallel_ranges(s.maps, 16, [&](int64_t begin, int64_t end) {
    for (int64_t m = begin; m < end; ++m)
      kernels::transpose_taps(from + m * depth, s.taps(), s.channels, add, to + m * depth);
  });
}

at::Tensor convolve(const Convolution2d& conv, const at::Tensor& x, const at::Tensor& weight,
                    at::IntArrayRef y_sizes, PackedWeights* kept = nullptr) {
  const at::Tensor from = channels_last(x);
  at::Tensor y = empty_channels_last(y_sizes, x.options());
  const at::Tensor &large = conv.transposed ? y : from, &small = conv.transposed ? from : y;
  Sides sides(conv, large.sizes(), small.sizes(), weight.sizes());
  sides.kept = kept;
  if (conv.transposed)
    scatter(sides, from, weight, y);
  else
    gather(sides, from, weight, y);
  return y;
}

}  // namespace

at::Tensor channels_last(const at::Tensor& x) {
  return x.permute({0, 2, 3, 1}).contiguous().permute({0, 3, 1, 2});
}

at::Tensor empty_channels_last(at::IntArrayRef n, const at::TensorOptions& options) {
  return at::empty({n[0], n[2], n[3], n[1]}, options).permute({0, 3, 1, 2});
}

at::Tensor conv_forward(const Convolution2d& conv, const at::Tensor& x, const at::Tensor& weight,
                        PackedWeights* kept) {
  const auto side = [&](int axis) {
    const int64_t n = x.size(axis), k = weight.size(axis), s = conv.stride, p = conv.padding;
    return conv.transposed ? (n - 1) * s - 2 * p + k + conv.output_padding
                           : (n + 2 * p - k) / s + 1;
  };
  return convolve(conv, x, weight, {x.size(0), weight.size(conv.transposed), side(2), side(3)},
                  kept);
}

at::Tensor conv_grad_input(const Convolution2d& conv, const at::Tensor& dy,
                           const at::Tensor& weight, at::IntArrayRef x_sizes) {
  Convolution2d transpose = conv;
  transpose.transposed = !conv.transposed;
  return convolve(transpose, dy, weight, x_sizes);
}

void conv_grad_weight(const Convolution2d& conv, const at::Tensor& dy, const at::Tensor& x,
                      at::Tensor& grad, bool add) {
  const at::Tensor from = channels_last(x), to = channels_last(dy);
  const at::Tensor &large = conv.transposed ? to : from, &small = conv.transposed ? from : to;
  grad_weight(Sides(conv, large.sizes(), small.sizes(), grad.sizes()), large, small, grad, add);
}

}  // namespace gannet
