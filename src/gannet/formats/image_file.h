// Image files (PNG, JPEG, WebP); the format is detected by the first bytes, not by the name.
#pragma once

#include <string>
#include <string_view>

#include "gannet/base/files.h"
#include "gannet/formats/image.h"

namespace gannet {

// "png", "jpeg" or "webp"; "" for anything else.
std::string_view image_format(ByteSpan bytes);

// By the name's extension: .png, .jpg, .jpeg, .jpe, .jfif or .webp, in any case.
bool has_image_name(std::string_view name);

// As read_png, read_jpeg and read_webp do. Throws Error for what is none of these.
Image read_image(ByteSpan bytes, std::string_view source, int64_t max_pixels = kMostPixels);
ImageSize read_image_size(ByteSpan bytes, std::string_view source);

}  // namespace gannet
