#include "gannet/formats/image.h"

#include <algorithm>
#include <utility>

namespace gannet {
namespace {

bool is_turned(int orientation) { return orientation >= 5 && orientation <= 8; }
bool flips_x(int o) { return o == 2 || o == 3 || o == 7 || o == 8; }
bool flips_y(int o) { return o == 3 || o == 4 || o == 6 || o == 7; }

size_t area(const Image& image) { return static_cast<size_t>(image.width * image.height); }

}  // namespace

ImageSize upright(ImageSize size, int orientation) {
  if (is_turned(orientation)) std::swap(size.width, size.height);
  return size;
}

Image upright(Image image, int orientation) {
  if (orientation < 2 || orientation > 8) return image;
  const auto [width, height] = upright(ImageSize{image.width, image.height}, orientation);
  Image result{width, height, image.channels, {}};
  result.pixels.reserve(image.pixels.size());
  for (int64_t y = 0; y < height; ++y) {
    for (int64_t x = 0; x < width; ++x) {
      int64_t from_x = is_turned(orientation) ? y : x, from_y = is_turned(orientation) ? x : y;
      if (flips_x(orientation)) from_x = image.width - 1 - from_x;
      if (flips_y(orientation)) from_y = image.height - 1 - from_y;
      const uint8_t* pixel = image.pixels.data() + (from_y * image.width + from_x) * image.channels;
      result.pixels.insert(result.pixels.end(), pixel, pixel + image.channels);
    }
  }
  return result;
}

Image on_background(Image image, Colour colour) {
  if (image.channels != 4) return image;
  Image result{image.width, image.height, 3, {}};
  result.pixels.resize(area(image) * 3);
  const uint8_t* from = image.pixels.data();
  uint8_t* to = result.pixels.data();
  for (size_t i = 0; i < area(image); ++i, from += 4) {
    const int alpha = from[3];
    for (size_t c = 0; c < 3; ++c)
      *to++ = static_cast<uint8_t>((from[c] * alpha + colour[c] * (255 - alpha) + 127) / 255);
  }
  return result;
}

Image cropped(const Image& image, int64_t x, int64_t y, int64_t width, int64_t height) {
  Image result{width, height, image.channels, {}};
  result.pixels.reserve(static_cast<size_t>(width * height * image.channels));
  for (int64_t row = y; row < y + height; ++row) {
    const uint8_t* from = image.pixels.data() + (row * image.width + x) * image.channels;
    result.pixels.insert(result.pixels.end(), from, from + width * image.channels);
  }
  return result;
}

Image centre_crop(Image image, ImageSize shape) {
  const int64_t across = image.width * shape.height, down = image.height * shape.width;
  if (across == down) return image;
  const int64_t width = across > down ? std::max<int64_t>(1, down / shape.height) : image.width;
  const int64_t height = across > down ? image.height : std::max<int64_t>(1, across / shape.width);
  return cropped(image, (image.width - width) / 2, (image.height - height) / 2, width, height);
}

bool is_grey(const Image& image) {
  if (image.channels == 1) return true;
  if (image.channels != 3) return false;
  for (size_t i = 0; i < image.pixels.size(); i += 3) {
    const uint8_t* p = image.pixels.data() + i;
    if (p[0] != p[1] || p[1] != p[2]) return false;
  }
  return true;
}

Image as_grey(Image image) {
  if (image.channels == 1) return image;
  const auto step = static_cast<size_t>(image.channels);
  for (size_t i = 0; i < area(image); ++i) image.pixels[i] = image.pixels[i * step];
  image.pixels.resize(area(image));
  image.channels = 1;
  return image;
}

Image as_colour(Image image) {
  if (image.channels != 1) return image;
  std::vector<uint8_t> pixels;
  pixels.reserve(3 * image.pixels.size());
  for (const uint8_t value : image.pixels) pixels.insert(pixels.end(), 3, value);
  return {image.width, image.height, 3, std::move(pixels)};
}

Image with_channels(Image image, int64_t channels) {
  if (image.channels == channels) return image;
  if (channels == 3) return as_colour(std::move(image));
  Image grey{image.width, image.height, 1, {}};
  grey.pixels.reserve(image.pixels.size() / 3);
  for (size_t i = 0; i + 2 < image.pixels.size(); i += 3)
    grey.pixels.push_back(
        static_cast<uint8_t>((19595 * image.pixels[i] + 38470 * image.pixels[i + 1] +
                              7471 * image.pixels[i + 2] + 32768) >>
                             16));
  return grey;
}

}  // namespace gannet
