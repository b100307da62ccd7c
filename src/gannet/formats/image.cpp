#include "gannet/formats/image.h"

#include <algorithm>
#include <utility>

namespace gannet {
namespace {

bool is_turned(int orientation) { return orientation >= 5 && orientation <= 8; }
bool flips_x(int o) { return o == 2 || o == 3 || o == 7 || o == 8; }
bool flips_y(int o) { return o == 3 || o == 4 || o == 6 || o == 7; }

size_t area(const Picture& picture) { return static_cast<size_t>(picture.width * picture.height); }

}  // namespace

PictureSize upright(PictureSize size, int orientation) {
  if (is_turned(orientation)) std::swap(size.width, size.height);
  return size;
}

Picture upright(Picture picture, int orientation) {
  if (orientation < 2 || orientation > 8) return picture;
  const auto [width, height] = upright(PictureSize{picture.width, picture.height}, orientation);
  Picture result{width, height, picture.channels, {}};
  result.pixels.reserve(picture.pixels.size());
  for (int64_t y = 0; y < height; ++y) {
    for (int64_t x = 0; x < width; ++x) {
      int64_t from_x = is_turned(orientation) ? y : x, from_y = is_turned(orientation) ? x : y;
      if (flips_x(orientation)) from_x = picture.width - 1 - from_x;
      if (flips_y(orientation)) from_y = picture.height - 1 - from_y;
      const uint8_t* pixel =
          picture.pixels.data() + (from_y * picture.width + from_x) * picture.channels;
      result.pixels.insert(result.pixels.end(), pixel, pixel + picture.channels);
    }
  }
  return result;
}

Picture on_background(Picture picture, Colour colour) {
  if (picture.channels != 4) return picture;
  Picture result{picture.width, picture.height, 3, {}};
  result.pixels.resize(area(picture) * 3);
  const uint8_t* from = picture.pixels.data();
  uint8_t* to = result.pixels.data();
  for (size_t i = 0; i < area(picture); ++i, from += 4) {
    const int alpha = from[3];
    for (size_t c = 0; c < 3; ++c)
      *to++ = static_cast<uint8_t>((from[c] * alpha + colour[c] * (255 - alpha) + 127) / 255);
  }
  return result;
}

Picture cropped(const Picture& picture, int64_t x, int64_t y, int64_t width, int64_t height) {
  Picture result{width, height, picture.channels, {}};
  result.pixels.reserve(static_cast<size_t>(width * height * picture.channels));
  for (int64_t row = y; row < y + height; ++row) {
    const uint8_t* from = picture.pixels.data() + (row * picture.width + x) * picture.channels;
    result.pixels.insert(result.pixels.end(), from, from + width * picture.channels);
  }
  return result;
}

Picture centre_square(Picture picture) {
  const int64_t side = std::min(picture.width, picture.height);
  if (picture.width == picture.height) return picture;
  return cropped(picture, (picture.width - side) / 2, (picture.height - side) / 2, side, side);
}

bool is_grey(const Picture& picture) {
  if (picture.channels == 1) return true;
  if (picture.channels != 3) return false;
  for (size_t i = 0; i < picture.pixels.size(); i += 3) {
    const uint8_t* p = picture.pixels.data() + i;
    if (p[0] != p[1] || p[1] != p[2]) return false;
  }
  return true;
}

Picture as_grey(Picture picture) {
  if (picture.channels == 1) return picture;
  const auto step = static_cast<size_t>(picture.channels);
  for (size_t i = 0; i < area(picture); ++i) picture.pixels[i] = picture.pixels[i * step];
  picture.pixels.resize(area(picture));
  picture.channels = 1;
  return picture;
}

Picture as_colour(Picture picture) {
  if (picture.channels != 1) return picture;
  std::vector<uint8_t> pixels;
  pixels.reserve(3 * picture.pixels.size());
  for (const uint8_t value : picture.pixels) pixels.insert(pixels.end(), 3, value);
  return {picture.width, picture.height, 3, std::move(pixels)};
}

Picture with_channels(Picture picture, int64_t channels) {
  if (picture.channels == channels) return picture;
  if (channels == 3) return as_colour(std::move(picture));
  Picture grey{picture.width, picture.height, 1, {}};
  grey.pixels.reserve(picture.pixels.size() / 3);
  for (size_t i = 0; i + 2 < picture.pixels.size(); i += 3)
    grey.pixels.push_back(
        static_cast<uint8_t>((19595 * picture.pixels[i] + 38470 * picture.pixels[i + 1] +
                              7471 * picture.pixels[i + 2] + 32768) >>
                             16));
  return grey;
}

}  // namespace gannet
