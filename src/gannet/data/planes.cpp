#include "gannet/data/planes.h"

#include "gannet/data/detail/built_in.h"

namespace gannet {

void to_planes(std::span<const uint8_t> pixels, int64_t channels, float* planes) {
  const auto step = static_cast<size_t>(channels);
  for (size_t c = 0; c < step; ++c)
    for (size_t i = c; i < pixels.size(); i += step) *planes++ = to_network_range(pixels[i]);
}

void to_planes(const Image& image, std::vector<float>& planes) {
  planes.resize(image.pixels.size());
  to_planes(image.pixels, image.channels, planes.data());
}

Image from_planes(const std::vector<float>& planes, const Shape& shape) {
  Image image{shape.at(2), shape.at(1), shape.at(0), {}};
  const auto area = static_cast<size_t>(image.width * image.height);
  const auto channels = static_cast<size_t>(image.channels);
  image.pixels.resize(area * channels);
  for (size_t c = 0; c < channels; ++c)
    for (size_t i = 0; i < area; ++i)
      image.pixels[i * channels + c] = from_network_range(planes[c * area + i]);
  return image;
}

}  // namespace gannet
