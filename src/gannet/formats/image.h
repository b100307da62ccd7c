// An image as 8-bit samples, and its preprocessing for training. The samples are taken as they are
// stored: no colour profiles, no gamma.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "gannet/base/image_size.h"

namespace gannet {

using Colour = std::array<uint8_t, 3>;  // R, G, B

// Samples row by row, channels interleaved: pixels[(y * width + x) * channels + c].
struct Image {
  int64_t width = 0, height = 0;
  int64_t channels = 0;  // 1 grey, 3 RGB, 4 RGBA
  std::vector<uint8_t> pixels;

  bool operator==(const Image&) const = default;
};

// The default limit of readers.
constexpr int64_t kMostPixels = int64_t{1} << 26;

// Upright, by EXIF's orientation: 1 is upright already, 2 to 8 are mirrored or turned; any other
// number is taken as 1.
Image upright(Image image, int orientation);
ImageSize upright(ImageSize size, int orientation);

// RGBA laid on a colour: RGB. Images without alpha are returned as they are.
Image on_background(Image image, Colour colour);

// The part of width x height at (x, y), which must lie inside.
Image cropped(const Image& image, int64_t x, int64_t y, int64_t width, int64_t height);
// The largest part in the middle with the sides' ratio of `shape`; an odd pixel too many is at the
// end.
Image centre_crop(Image image, ImageSize shape);

bool is_grey(const Image& image);  // 1 channel, or R = G = B in every pixel
Image as_grey(Image image);        // of an image that is grey: its first channel
Image as_colour(Image image);      // grey as RGB

// Of 1 or 3 channels with so many: grey as RGB, or RGB as luma (ITU-R BT.601, as Pillow's
// convert("L")).
Image with_channels(Image image, int64_t channels);

}  // namespace gannet
