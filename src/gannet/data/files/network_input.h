// A single image as a network takes it: what a folder of images does to each of its own.
#pragma once

#include "gannet/base/files.h"
#include "gannet/formats/image.h"
#include "gannet/tensor/batch.h"

namespace gannet {

// Laid on white, cut to its largest square (where H = W), resampled by Lanczos, made grey or
// colour: float32 [1, C, H, W] in [-1, 1]. dims: [C, H, W] with 1 or 3 channels.
Tensor as_network_input(Image image, const Shape& dims);

// The same of a PNG, JPEG or WebP file.
Tensor read_network_input(const Path& file, const Shape& dims);

}  // namespace gannet
