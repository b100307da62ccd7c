#include "gannet/formats/deep_image.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "gannet/base/error.h"
#include "gannet/base/message_text.h"

namespace gannet {
namespace {

uint8_t rounded(double share) {
  return static_cast<uint8_t>(std::lround(255 * std::clamp(share, 0.0, 1.0)));
}

}  // namespace

ValueRange value_range(const DeepImage& image) {
  constexpr double kEndless = std::numeric_limits<double>::infinity();
  ValueRange range{kEndless, -kEndless};
  for (size_t i = 0; i < image.values.size(); ++i) {
    if (image.channels == 4 && i % 4 == 3) continue;
    const auto value = static_cast<double>(image.values[i]);
    if (!std::isfinite(value)) continue;
    range = {std::min(range.low, value), std::max(range.high, value)};
  }
  return range.low <= range.high ? range : ValueRange{};
}

Image to_image(const DeepImage& image, ValueRange range) {
  Image result{image.width, image.height, image.channels, {}};
  result.pixels.resize(image.values.size());
  const double span = range.high > range.low ? range.high - range.low : 1;
  for (size_t i = 0; i < image.values.size(); ++i) {
    const auto value = static_cast<double>(image.values[i]);
    const bool alpha = image.channels == 4 && i % 4 == 3;
    const double share = alpha ? value / image.white : (value - range.low) / span;
    result.pixels[i] = std::isnan(share) ? 0 : rounded(share);
  }
  return upright(std::move(result), image.orientation);
}

Image to_image(const DeepImage& image, const StoredRange& range) {
  const double scale = image.white / range.white;
  return to_image(image, ValueRange{range.values.low * scale, range.values.high * scale});
}

Image to_image(const DeepImage& image) {
  const ValueRange range = value_range(image);
  if (range.low < 0 || range.high > image.white)
    throw ValuesOutOfRange("has values from " + number_text(range.low) + " to " +
                               number_text(range.high) + ", expected 0 to " +
                               number_text(image.white),
                           "");
  return to_image(image, ValueRange{0, image.white});
}

DeepImage as_deep(const Image& image) {
  return {.width = image.width,
          .height = image.height,
          .channels = image.channels,
          .white = 255,
          .values = {image.pixels.begin(), image.pixels.end()}};
}

}  // namespace gannet
