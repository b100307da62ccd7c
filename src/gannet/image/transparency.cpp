#include "gannet/image/transparency.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gannet {
namespace {

constexpr int kMostSteps = 64;  // pixels beyond an edge; what lies farther gets the mean colour

struct Known {
  Image colours;            // RGB
  std::vector<bool> known;  // of each pixel
};

// The mean of the known pixels among the eight around (x, y), if there are any.
bool mean_around(const Known& from, int64_t x, int64_t y, uint8_t* to) {
  std::array<int, 3> sum{};
  int count = 0;
  for (int64_t v = std::max<int64_t>(0, y - 1); v <= std::min(y + 1, from.colours.height - 1); ++v)
    for (int64_t u = std::max<int64_t>(0, x - 1); u <= std::min(x + 1, from.colours.width - 1);
         ++u) {
      const auto i = static_cast<size_t>(v * from.colours.width + u);
      if (!from.known[i]) continue;
      ++count;
      for (size_t c = 0; c < 3; ++c) sum[c] += from.colours.pixels[3 * i + c];
    }
  if (count == 0) return false;
  for (size_t c = 0; c < 3; ++c) to[c] = static_cast<uint8_t>((sum[c] + count / 2) / count);
  return true;
}

// Visible pixels grow by one; returns whether any did.
bool grow(Known& all) {
  const Known before = all;
  bool grown = false;
  for (int64_t y = 0; y < all.colours.height; ++y)
    for (int64_t x = 0; x < all.colours.width; ++x) {
      const auto i = static_cast<size_t>(y * all.colours.width + x);
      if (before.known[i] || !mean_around(before, x, y, all.colours.pixels.data() + 3 * i))
        continue;
      all.known[i] = grown = true;
    }
  return grown;
}

void fill_rest(Known& all) {
  std::array<int64_t, 3> sum{};
  int64_t count = 0;
  for (size_t i = 0; i < all.known.size(); ++i)
    for (size_t c = 0; all.known[i] && c < 3; ++c)
      sum[c] += all.colours.pixels[3 * i + c], count += c == 0;
  for (size_t i = 0; i < all.known.size(); ++i)
    for (size_t c = 0; !all.known[i] && count > 0 && c < 3; ++c)
      all.colours.pixels[3 * i + c] = static_cast<uint8_t>(sum[c] / count);
}

}  // namespace

Image visible_colours(const Image& image) {
  if (image.channels != 4) return image;
  Known all{.colours = {image.width, image.height, 3, {}}, .known = {}};
  for (size_t i = 0; i + 3 < image.pixels.size(); i += 4) {
    const auto* pixel = image.pixels.data() + i;
    all.colours.pixels.insert(all.colours.pixels.end(), pixel, pixel + 3);
    all.known.push_back(pixel[3] > 0);
  }
  for (int step = 0; step < kMostSteps && grow(all); ++step) continue;
  fill_rest(all);
  return std::move(all.colours);
}

Image alpha_of(const Image& image) {
  Image alpha{image.width, image.height, 1, {}};
  for (size_t i = 3; i < image.pixels.size(); i += 4) alpha.pixels.push_back(image.pixels[i]);
  return alpha;
}

Image with_alpha(Image image, const Image& alpha) {
  const Image colours = as_colour(std::move(image));
  Image result{colours.width, colours.height, 4, {}};
  result.pixels.reserve(alpha.pixels.size() * 4);
  for (size_t i = 0; i < alpha.pixels.size(); ++i) {
    const auto* pixel = colours.pixels.data() + 3 * i;
    result.pixels.insert(result.pixels.end(), pixel, pixel + 3);
    result.pixels.push_back(alpha.pixels[i]);
  }
  return result;
}

}  // namespace gannet
