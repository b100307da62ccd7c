// Image files (PNG, JPEG, WebP, TIFF, BMP); the format is detected by the first bytes, not by the
// name.
#pragma once

#include <string>
#include <string_view>

#include "gannet/base/files.h"
#include "gannet/formats/deep_image.h"

namespace gannet {

// "png", "jpeg", "webp", "tiff" or "bmp"; "" for anything else.
std::string_view image_format(ByteSpan bytes);

// By the name's extension: .png, .jpg, .jfif, .webp, .tif, .bmp and others (file_type.h), in any
// case.
bool has_image_name(std::string_view name);

// As read_png, read_jpeg, read_webp, read_tiff and read_bmp do. Throws Error for what is none of
// these.
Image read_image(ByteSpan bytes, std::string_view source, int64_t max_pixels = kMostPixels);
ImageSize read_image_size(ByteSpan bytes, std::string_view source);

// The samples as they are stored, of more than 8 bits too.
DeepImage read_deep_image(ByteSpan bytes, std::string_view source,
                          int64_t max_pixels = kMostPixels);

// What the header says of the samples.
struct ImageInfo {
  double white = 255;       // DeepImage::white
  bool more_pages = false;  // of which only the first is read
};
ImageInfo read_image_info(ByteSpan bytes, std::string_view source);

}  // namespace gannet
