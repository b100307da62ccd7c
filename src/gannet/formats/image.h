// A picture as 8-bit samples, and what is done to one before a network learns from it. The samples
// are taken as they are stored: no colour profiles, no gamma.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace gannet {

using Colour = std::array<uint8_t, 3>;  // R, G, B

// Samples row by row, channels interleaved: pixels[(y * width + x) * channels + c].
struct Picture {
  int64_t width = 0, height = 0;
  int64_t channels = 0;  // 1 grey, 3 RGB, 4 RGBA
  std::vector<uint8_t> pixels;

  bool operator==(const Picture&) const = default;
};

struct PictureSize {
  int64_t width = 0, height = 0;
  auto operator<=>(const PictureSize&) const = default;
};

// Readers refuse more pixels than this unless they are told otherwise.
constexpr int64_t kMostPixels = int64_t{1} << 26;

// Upright, by EXIF's orientation: 1 is upright already, 2 to 8 are mirrored or turned; any other
// number is taken as 1.
Picture upright(Picture picture, int orientation);
PictureSize upright(PictureSize size, int orientation);

// RGBA laid on a colour: RGB. Pictures without alpha are returned as they are.
Picture on_background(Picture picture, Colour colour);

// The part of width x height at (x, y), which must lie inside.
Picture cropped(const Picture& picture, int64_t x, int64_t y, int64_t width, int64_t height);
Picture centre_square(Picture picture);  // the largest one; an odd pixel too many is at the end

bool is_grey(const Picture& picture);  // 1 channel, or R = G = B in every pixel
Picture as_grey(Picture picture);      // of a picture that is grey: its first channel
Picture as_colour(Picture picture);    // grey as RGB

// Of 1 or 3 channels with so many: grey as RGB, or RGB as luma (ITU-R BT.601, as Pillow's
// convert("L")).
Picture with_channels(Picture picture, int64_t channels);

}  // namespace gannet
