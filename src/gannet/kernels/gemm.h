// Matrix products in float32 on the CPU, of which convolutions are made too: small, and of shapes
// that BLAS and oneDNN are slow at (few rows beside large weights). Each output is one sum in one
// order: the same bits in any batch and at any number of threads, of one CPU type. Callers divide
// the work among threads.
#pragma once

#include <cstdint>
#include <vector>

#include "gannet/kernels/windows.h"

namespace gannet::kernels {

// Where row (n, a, b) of the grid lies in the output.
struct OutputRows {
  float* y;
  int64_t sample, row, column;  // steps in y
};

// Columns of B that are processed together: the packed B has panels of so many, the last one padded
// with zeros.
int64_t panel_width();
// Floats of a packed B of so many rows and columns.
int64_t packed_size(int64_t depth, int64_t columns);

// B [taps, C, columns] of any strides: element (t, c, j) is b[offsets[t] + c row + j column].
struct Matrix {
  const float* b;
  std::vector<int64_t> offsets;  // of the taps
  int64_t channels, columns;
  int64_t row, column;

  int64_t depth() const { return static_cast<int64_t>(offsets.size()) * channels; }
};
// Packs panels [from, to) of B to where multiply() finds them; `packed` is that of the whole of B.
void pack(const Matrix& b, int64_t from, int64_t to, float* packed);

// y (+)= A B for rows [begin, end) of A and panels [from, to) of B.
struct Product {
  const Windows& a;
  const float* packed;
  int64_t columns;  // of B
  OutputRows y;
  bool add;  // to what y holds
};
void multiply(const Product& product, int64_t begin, int64_t end, int64_t from, int64_t to);

// The same, where B is read once: packs each part of it just before its use.
void multiply_unpacked(const Product& product, const Matrix& b, int64_t begin, int64_t end,
                       int64_t from, int64_t to);

// y[m, t, c] (+)= sum over the rows r of the windows of a[r, m] x(r, t, c): the weight gradient of
// a convolution. a [rows, M]; y of any strides, but 1 for c.
struct OuterProduct {
  const float* a;
  int64_t width;  // M
  const Windows& x;
  int64_t samples;  // N of the windows
  float* y;
  int64_t row, tap;  // steps in y
  bool add;
};
int64_t panels_of(const OuterProduct& product);  // over all taps
void multiply_outer(const OuterProduct& product, int64_t from, int64_t to);

}  // namespace gannet::kernels
