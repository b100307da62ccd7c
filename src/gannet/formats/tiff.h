// TIFF images, by libtiff: the first page, of 1 to 64 bits a sample, integer or floating point,
// grey, RGB, palette, and what libtiff makes RGB of (YCbCr, CMYK, Lab), in strips or tiles under
// any of libtiff's compressions.
#pragma once

#include <string_view>

#include "gannet/base/files.h"
#include "gannet/formats/deep_image.h"

namespace gannet {

bool is_tiff(ByteSpan bytes);  // by its first bytes; BigTIFF too

struct TiffInfo {
  ImageSize size;    // of the first page, upright
  double white = 0;  // DeepImage::white
  bool more_pages = false;
};

// From the directories alone.
TiffInfo read_tiff_info(ByteSpan bytes, std::string_view source);
ImageSize read_tiff_size(ByteSpan bytes, std::string_view source);

// The samples as they are stored; palettes become RGB of 8 bits, white-is-zero is turned round,
// premultiplied alpha divided out. Throws Error for what is cut, damaged or not an image of 1, 3 or
// 4 channels, and for more than `max_pixels`, or more than the bytes can hold, before anything is
// allocated.
DeepImage read_deep_tiff(ByteSpan bytes, std::string_view source, int64_t max_pixels = kMostPixels);

// Rounded to 8 bits by the type's own range. Throws Error where values lie outside of it.
Image read_tiff(ByteSpan bytes, std::string_view source, int64_t max_pixels = kMostPixels);

}  // namespace gannet
