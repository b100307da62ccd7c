// A single image as a network's input, prepared as the images of a folder are.
#pragma once

#include <optional>
#include <string_view>

#include "gannet/base/files.h"
#include "gannet/formats/deep_image.h"
#include "gannet/tensor/batch.h"

namespace gannet {

// Flattened on white, cut to the largest part of H : W in its middle, as in training, resampled by
// Lanczos, made grey or colour: float32 [1, C, H, W] in [-1, 1]. dims: [C, H, W] with 1 or 3
// channels.
Tensor as_network_input(Image image, const Shape& dims);

// A file's image by the range of values of a set (--value-range), or by its type's own.
Image read_image_by_range(ByteSpan bytes, const std::optional<StoredRange>& range,
                          std::string_view source);

// The same for an image file.
Tensor read_network_input(const Path& file, const Shape& dims);

}  // namespace gannet
