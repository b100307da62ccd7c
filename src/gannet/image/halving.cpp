#include "gannet/image/halving.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace gannet {
namespace {

constexpr int64_t kSmallestBase = 4, kLargestBase = 8, kLongest = 4;
constexpr int64_t kFewest = 2, kMost = 8;  // halvings

double distance(ImageSize a, ImageSize b) {
  const auto ratio = [](int64_t x, int64_t y) {
    return std::abs(std::log(static_cast<double>(x) / static_cast<double>(y)));
  };
  return ratio(a.width, b.width) + ratio(a.height, b.height);
}

// The multiples of `step` around it, above 0.
std::vector<int64_t> multiples_near(int64_t side, int64_t step) {
  const int64_t below = side / step * step;
  return below > 0 ? std::vector{below, below + step} : std::vector{step};
}

}  // namespace

std::optional<Halving> halve(ImageSize size) {
  Halving found{.times = 0, .base = size};
  auto& [width, height] = found.base;
  while (width % 2 == 0 && height % 2 == 0 && std::min(width, height) >= 2 * kSmallestBase) {
    width /= 2;
    height /= 2;
    ++found.times;
  }
  const auto [shorter, longer] = std::minmax(width, height);
  if (found.times < kFewest || found.times > kMost || shorter > kLargestBase ||
      longer > kLongest * shorter)
    return {};
  return found;
}

std::vector<ImageSize> nearest_halving_sizes(ImageSize size) {
  std::vector<ImageSize> all;
  for (int64_t times = kFewest; times <= kMost; ++times)
    for (const int64_t width : multiples_near(size.width, int64_t{1} << times))
      for (const int64_t height : multiples_near(size.height, int64_t{1} << times))
        if (halve({width, height}) && (!size.is_square() || width == height))
          all.emplace_back(width, height);
  if (all.empty() && std::min(size.width, size.height) > 2)  // too large, or too long
    return nearest_halving_sizes(
        {std::min(size.width, 4 * size.height) / 2, std::min(size.height, 4 * size.width) / 2});
  std::ranges::sort(all, {}, [&](ImageSize s) { return std::pair(distance(s, size), s); });
  all.erase(std::unique(all.begin(), all.end()), all.end());
  if (all.size() > 2) all.resize(2);
  std::ranges::sort(all);
  return all;
}

std::string nearest_halving_text(ImageSize size) {
  std::string sizes;
  for (const ImageSize near : nearest_halving_sizes(size))
    sizes += (sizes.empty() ? "--image-size " : ", or --image-size ") + side_text(near);
  return (size.is_square() ? "" : "--crop center ") + sizes;
}

}  // namespace gannet
