// PNG images, by libpng: any PNG is read as 8-bit grey, RGB or RGBA. Colour profiles and gamma
// are ignored: the samples are taken as they are stored.
#pragma once

#include <string_view>

#include "gannet/base/files.h"
#include "gannet/formats/deep_image.h"

namespace gannet {

bool is_png(ByteSpan bytes);  // by its first bytes

// Palettes become RGB (RGBA where one is transparent), grey with alpha RGBA, 16-bit samples are
// scaled to 8. Upright by EXIF. What follows the image's end is ignored, as other readers do, and a
// missing end chunk is no fault. Throws Error for pixels that are not whole, for wrong checksums,
// and for more than `max_pixels`.
Image read_png(ByteSpan bytes, std::string_view source, int64_t max_pixels = kMostPixels);

// Samples of 16 bits as they are stored.
bool is_deep_png(ByteSpan bytes);  // by its header
DeepImage read_deep_png(ByteSpan bytes, std::string_view source, int64_t max_pixels = kMostPixels);

// From the header alone, upright.
ImageSize read_png_size(ByteSpan bytes, std::string_view source);

// The file's bytes are a function of the pixels (and zlib's version): fixed settings, no time, no
// text. Throws Error for sizes that do not fit the pixels.
Bytes write_png(const Image& image);
Bytes write_png(const DeepImage& image);  // values rounded, of 8 or, with a larger white, 16 bits

}  // namespace gannet
