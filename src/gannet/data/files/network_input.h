// A single image as a network's input, prepared as the images of a folder are.
#pragma once

#include "gannet/base/files.h"
#include "gannet/formats/image.h"
#include "gannet/tensor/batch.h"

namespace gannet {

// Flattened on white, cut to its largest square (where H = W), resampled by Lanczos, made grey or
// colour: float32 [1, C, H, W] in [-1, 1]. dims: [C, H, W] with 1 or 3 channels.
Tensor as_network_input(Image image, const Shape& dims);

// The same for a PNG, JPEG or WebP file.
Tensor read_network_input(const Path& file, const Shape& dims);

}  // namespace gannet
