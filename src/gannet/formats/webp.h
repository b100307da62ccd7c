// WebP images, by libwebp; animations: webp_animation.h.
#pragma once

#include <optional>
#include <string_view>

#include "gannet/base/files.h"
#include "gannet/formats/image.h"

namespace gannet {

bool is_webp(ByteSpan bytes);  // by its first bytes

// RGB, or RGBA where the file has alpha; upright by EXIF. Throws Error for anything but one whole
// WebP, for an animation, and for more than `max_pixels` before anything is allocated.
Image read_webp(ByteSpan bytes, std::string_view source, int64_t max_pixels = kMostPixels);

// From the header alone, upright.
ImageSize read_webp_size(ByteSpan bytes, std::string_view source);

// Lossy with a quality from 0 to 100; lossless without one: then read_webp gives the pixels back,
// grey as RGB. Throws Error for sides of more than 16383 and for sizes that do not fit the pixels.
Bytes write_webp(const Image& image, std::optional<int> quality = {});

}  // namespace gannet
