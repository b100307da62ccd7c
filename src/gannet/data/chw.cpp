#include "gannet/data/chw.h"

namespace gannet {

void to_chw(std::span<const uint8_t> pixels, int64_t channels, float* values) {
  const auto step = static_cast<size_t>(channels);
  for (size_t c = 0; c < step; ++c)
    for (size_t i = c; i < pixels.size(); i += step) *values++ = to_network_range(pixels[i]);
}

void to_chw(const Image& image, std::vector<float>& values) {
  values.resize(image.pixels.size());
  to_chw(image.pixels, image.channels, values.data());
}

Image from_chw(const std::vector<float>& values, const Shape& dims) {
  Image image{dims.at(2), dims.at(1), dims.at(0), {}};
  const auto area = static_cast<size_t>(image.width * image.height);
  const auto channels = static_cast<size_t>(image.channels);
  image.pixels.resize(area * channels);
  for (size_t c = 0; c < channels; ++c)
    for (size_t i = 0; i < area; ++i)
      image.pixels[i * channels + c] = from_network_range(values[c * area + i]);
  return image;
}

}  // namespace gannet
