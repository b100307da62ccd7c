// Large images part by part, without seams.
#pragma once

#include <functional>

#include "gannet/tensor/batch.h"

namespace gannet {

// f(image) for an image [C, h, w], where f makes [C', scale h, scale w] and a pixel of its
// result depends on input no farther than `reach` pixels away: f is called with tiles of at most
// side + 2 reach pixels a side, cut from the image, and what is less than `reach` from a cut is
// thrown away. The same numbers but for rounding. Throws Error unless side and scale are at
// least 1.
Tensor by_tiles(const Tensor& image, int64_t side, int64_t reach, int64_t scale,
                const std::function<Tensor(const Tensor&)>& f);

}  // namespace gannet
