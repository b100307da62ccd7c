// Large images tile by tile, without seams.
#pragma once

#include <functional>

#include "gannet/tensor/batch.h"

namespace gannet {

// f(image) for an image [C, h, w], where f makes [C', scale h, scale w] and a pixel of the output
// depends on input pixels within `receptive_field_radius` (of the input). f gets tiles of at most
// tile_size + 2 receptive_field_radius pixels a side; their margins are cut off the output. The
// same numbers as f(image) but for rounding. Throws Error unless tile_size and scale are at
// least 1.
Tensor apply_in_tiles(const Tensor& image, int64_t tile_size, int64_t receptive_field_radius,
                      int64_t scale, const std::function<Tensor(const Tensor&)>& f);

}  // namespace gannet
