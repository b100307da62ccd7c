// A single image as a network's input, prepared as the images of a folder are.
#pragma once

#include "gannet/formats/image.h"
#include "gannet/tensor/batch.h"

namespace gannet {

// Flattened on white, cut to the largest part of H : W in its middle, as in training, resampled by
// Lanczos, made grey or colour: float32 [1, C, H, W] in [-1, 1]. dims: [C, H, W] with 1 or 3
// channels.
Tensor as_network_input(Image image, const Shape& dims);

}  // namespace gannet
