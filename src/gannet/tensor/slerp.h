// Spherical interpolation of latents.
#pragma once

#include "gannet/tensor/batch.h"

namespace gannet {

// Along the great circle (Shoemake 1985; for latents White 2016, arXiv:1609.04468, section 3):
// t = 0 is a, 1 is b. Keeps the norm that normal latents have, as a straight line would not.
// Linear where the angle is 0 or pi, and for empty latents. Equal shapes.
Tensor slerp(const Tensor& a, const Tensor& b, double t);

}  // namespace gannet
