// Images between 8-bit pixels [H, W, C] and the network's float [C, H, W] in [-1, 1], without
// tensors.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "gannet/formats/image.h"
#include "gannet/tensor/batch.h"

namespace gannet {

// One 8-bit value to [-1, 1], and back: rounded, clamped.
inline float to_network_range(uint8_t value) { return static_cast<float>(value) / 127.5f - 1.0f; }
inline uint8_t from_network_range(float value) {
  return static_cast<uint8_t>(std::clamp(127.5f * value + 128.0f, 0.0f, 255.0f));
}

void to_chw(const Image& image, std::vector<float>& values);
void to_chw(std::span<const uint8_t> pixels, int64_t channels, float* values);
Image from_chw(const std::vector<float>& values, const Shape& dims);  // dims: [C, H, W]

}  // namespace gannet
