// Ways from one latent to another.
#pragma once

#include "gannet/tensor/batch.h"

namespace gannet {

// On the great circle (Shoemake 1985; for latents White 2016, arXiv:1609.04468, section 3): t = 0
// is a, 1 is b. Normal latents between two keep a usual length, which a straight line would not:
// where nothing lies between, a straight line it is (parallel or no latents at all). Equal shapes.
Tensor slerp(const Tensor& a, const Tensor& b, double t);

}  // namespace gannet
