// The windows that a convolution's kernel sees of images x [N, H, W, C], channels-last.
#pragma once

#include <cstdint>
#include <vector>

namespace gannet::kernels {

// A place in a window: rows and columns from the window's corner.
struct Tap {
  int64_t row, column;
};

// Rows of a matrix that lie in images: row (n, a, b) of the grid [N, rows, columns] reads, tap
// after tap, the C values at x[n, a stride + tap.row, b stride + tap.column], zeros where that is
// outside. A plain matrix [M, C] is one of 1x1 images.
struct Windows {
  const float* x;
  int64_t height, width, channels;
  int64_t rows, columns;
  int64_t stride;
  std::vector<Tap> taps;

  int64_t places() const { return rows * columns; }
  int64_t depth() const { return static_cast<int64_t>(taps.size()) * channels; }
};
Windows matrix_rows(const float* x, int64_t channels);

// Where rows [begin, end) of the grid read their C values at a tap; `outside` where that is
// outside.
void window_pointers(const Windows& w, int64_t begin, int64_t end, const Tap& tap,
                     const float* outside, const float** to);

// Rows [begin, end) of the grid as a matrix [end - begin, taps, C] (im2col).
void copy_windows(const Windows& w, int64_t begin, int64_t end, float* to);

// Images [N, height, width, C] as sums of such windows (col2im), which come as columns
// [N, rows, across, C, kernel_rows, kernel_columns].
struct FoldedWindows {
  const float* columns;
  int64_t rows, across;
  int64_t height, width, channels;
  int64_t kernel_rows, kernel_columns;
  int64_t stride, padding;
};
// Writes lines [begin, end) of N height of them.
void fold(const FoldedWindows& w, int64_t begin, int64_t end, float* images);

// to [C, taps] = from [taps, C], or += it.
void transpose_taps(const float* from, int64_t taps, int64_t channels, bool add, float* to);

}  // namespace gannet::kernels
