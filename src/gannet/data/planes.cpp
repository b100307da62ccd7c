#include "gannet/data/planes.h"

#include <algorithm>

#include "gannet/data/sources.h"

namespace gannet {

void to_planes(const Picture& picture, std::vector<float>& planes) {
  const auto area = static_cast<size_t>(picture.width * picture.height);
  const auto channels = static_cast<size_t>(picture.channels);
  planes.resize(area * channels);
  for (size_t c = 0; c < channels; ++c)
    for (size_t i = 0; i < area; ++i)
      planes[c * area + i] = to_network_range(picture.pixels[i * channels + c]);
}

Picture from_planes(const std::vector<float>& planes, const Shape& shape) {
  Picture picture{shape.at(2), shape.at(1), shape.at(0), {}};
  const auto area = static_cast<size_t>(picture.width * picture.height);
  const auto channels = static_cast<size_t>(picture.channels);
  picture.pixels.resize(area * channels);
  for (size_t c = 0; c < channels; ++c)
    for (size_t i = 0; i < area; ++i)
      picture.pixels[i * channels + c] =
          static_cast<uint8_t>(std::clamp(127.5f * planes[c * area + i] + 128.0f, 0.0f, 255.0f));
  return picture;
}

}  // namespace gannet
