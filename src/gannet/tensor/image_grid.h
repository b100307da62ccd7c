// From tensors to images: 8-bit conversion, and grids of samples as one image, of any kind of
// data.
#pragma once

#include <functional>

#include "gannet/formats/png.h"
#include "gannet/tensor/batch.h"

namespace gannet {

// [N, C, H, W] in [-1, 1] -> uint8 [N, H, W, C]: 127.5 x + 127.5 rounded half up, clamped; NaN is
// 0.
Tensor to_bytes(const Tensor& x);

// Batches of images [N, c, h, w], each of its own c (1 or 3), h and w, side by side: [N, C, H, sum
// of widths]. Lower ones are enlarged to the largest height by nearest neighbours; grey becomes
// colour where another batch has colour.
Tensor hstack(const std::vector<Tensor>& images);

// A function of points [n, 2] in network range: [n], float64, shades in [0, 1].
using Surface = std::function<Tensor(const Tensor&)>;

// Rows x columns samples as one image, row by row; empty cells are black. Images [N, C, H, W] (1 or
// 3 channels) are tiled without gaps, audio clips [N, C, T] drawn as waveforms over their
// spectrograms, videos [N, C, T, H, W] as strips of their frames. Points [N, 2] (in network range;
// of more columns the first two) become one scatter plot, with the `reference` points [M, 2], if
// any, behind them in grey, and the `surface`, if any, as colours behind all: blue at 0, white at
// 1/2, orange at 1; points [N, 1] a histogram.
Image draw_grid(const Tensor& samples, int64_t rows, int64_t columns, const Tensor& reference = {},
                const Surface& surface = {});

}  // namespace gannet
