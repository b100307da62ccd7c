// From tensors to images: 8-bit conversion, and grids of samples as one image, of any kind of
// data.
#pragma once

#include "gannet/formats/png.h"
#include "gannet/tensor/batch.h"

namespace gannet {

// [N, C, H, W] in [-1, 1] -> uint8 [N, H, W, C]: 127.5 x + 127.5 rounded half up, clamped; NaN is
// 0.
Tensor to_bytes(const Tensor& x);

// Images [N, c, h, w], each of its own c (1 or 3), h and w, beside each other: [N, C, H, sum of
// widths]. Smaller ones are enlarged to the height of the highest, pixel by pixel where that goes,
// grey ones become colour where another is.
Tensor beside(const std::vector<Tensor>& images);

// Rows x columns samples as one image, row by row; a missing tail stays black. Images [N, C, H,
// W] (1 or 3 channels) are tiled without gaps. Points [N, 2] (in network range; more columns: the
// first two) are drawn as one scatter plot, with `reference` points [M, 2] behind them in grey
// where given. Audio clips [N, C, T] are drawn as waveforms over their spectrograms, videos
// [N, C, T, H, W] as strips of their frames.
Image draw_grid(const Tensor& samples, int64_t rows, int64_t columns, const Tensor& reference = {});

}  // namespace gannet
