// Images as networks take them, without tensors.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "gannet/formats/image.h"
#include "gannet/tensor/batch.h"

namespace gannet {

// Interleaved bytes to planes [C, H, W] in [-1, 1], and back: rounded, clamped.
void to_planes(const Image& image, std::vector<float>& planes);
void to_planes(std::span<const uint8_t> pixels, int64_t channels, float* planes);
Image from_planes(const std::vector<float>& planes, const Shape& shape);

}  // namespace gannet
