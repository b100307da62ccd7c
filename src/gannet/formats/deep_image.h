// Images of more than 8 bits a sample, and which of their values become black and white.
#pragma once

#include <cstdint>
#include <vector>

#include "gannet/base/error.h"
#include "gannet/formats/image.h"

namespace gannet {

// Values, as stored, that become 0 and 255 (torchvision's value_range).
struct ValueRange {
  double low = 0, high = 0;
  bool operator==(const ValueRange&) const = default;
};

// The range of a whole set, in values of the type whose white is `white`.
struct StoredRange {
  ValueRange values;
  double white = 255;
  bool operator==(const StoredRange&) const = default;
};

// Samples as they are stored, channels interleaved as an Image's.
struct DeepImage {
  int64_t width = 0, height = 0;
  int64_t channels = 0;  // 1 grey, 3 RGB, 4 RGBA
  double white = 0;      // of the samples' type: 255, 65535, ...; 1 of floating point
  std::vector<float> values;
  int orientation = 1;  // EXIF's

  bool is_float() const { return white == 1; }
};

// The smallest and largest finite value, without alpha.
ValueRange value_range(const DeepImage& image);

// Rounded to 8 bits, what lies outside the range is clamped, what is not a number is 0; alpha goes
// by the type's own range. Upright.
Image to_image(const DeepImage& image, ValueRange range);

// By the range of a set; one of another type than the image's is scaled to it.
Image to_image(const DeepImage& image, const StoredRange& range);

struct ValuesOutOfRange : Error {
  using Error::Error;
};

// By the type's own range, from 0 to white. Throws ValuesOutOfRange.
Image to_image(const DeepImage& image);

DeepImage as_deep(const Image& image);

}  // namespace gannet
