#include "gannet/image/edges.h"

#include <algorithm>
#include <cmath>

namespace gannet {

Image edges(const Image& image) {
  const auto at = [&](int64_t x, int64_t y, int64_t c) {
    x = std::clamp<int64_t>(x, 0, image.width - 1);
    y = std::clamp<int64_t>(y, 0, image.height - 1);
    return int{image.pixels[static_cast<size_t>((y * image.width + x) * image.channels + c)]};
  };
  Image drawing{image.width, image.height, 1, {}};
  drawing.pixels.reserve(static_cast<size_t>(image.width * image.height));
  for (int64_t y = 0; y < image.height; ++y)
    for (int64_t x = 0; x < image.width; ++x) {
      double longest = 0;
      for (int64_t c = 0; c < image.channels; ++c) {
        int across = 0, down = 0;
        for (int k = -1; k <= 1; ++k) {
          const int weight = k == 0 ? 2 : 1;
          across += weight * (at(x + 1, y + k, c) - at(x - 1, y + k, c));
          down += weight * (at(x + k, y + 1, c) - at(x + k, y - 1, c));
        }
        longest = std::max(longest, std::hypot(across, down));
      }
      drawing.pixels.push_back(
          static_cast<uint8_t>(std::lround(255 - std::min(longest / 2, 255.))));
    }
  return drawing;
}

}  // namespace gannet
