#include "gannet/data/planes.h"

#include "gannet/data/detail/built_in.h"

namespace gannet {

void to_planes(std::span<const uint8_t> pixels, int64_t channels, float* planes) {
  const auto step = static_cast<size_t>(channels);
  for (size_t c = 0; c < step; ++c)
    for (size_t i = c; i < pixels.size(); i += step) *planes++ = to_network_range(pixels[i]);
}

void to_planes(const Picture& picture, std::vector<float>& planes) {
  planes.resize(picture.pixels.size());
  to_planes(picture.pixels, picture.channels, planes.data());
}

Picture from_planes(const std::vector<float>& planes, const Shape& shape) {
  Picture picture{shape.at(2), shape.at(1), shape.at(0), {}};
  const auto area = static_cast<size_t>(picture.width * picture.height);
  const auto channels = static_cast<size_t>(picture.channels);
  picture.pixels.resize(area * channels);
  for (size_t c = 0; c < channels; ++c)
    for (size_t i = 0; i < area; ++i)
      picture.pixels[i * channels + c] = from_network_range(planes[c * area + i]);
  return picture;
}

}  // namespace gannet
