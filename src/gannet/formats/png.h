// PNG images, by libpng: any PNG is read as 8-bit grey, RGB or RGBA. Colour profiles and gamma
// are ignored: the samples are taken as they are stored.
#pragma once

#include <string_view>

#include "gannet/base/files.h"
#include "gannet/formats/image.h"

namespace gannet {

bool is_png(ByteSpan bytes);  // by its first bytes

// Palettes become RGB (RGBA where one is transparent), grey with alpha RGBA, 16-bit samples are
// scaled to 8. Upright by EXIF. Throws Error for anything but one whole PNG with right checksums,
// and for more than `max_pixels`.
Image read_png(ByteSpan bytes, std::string_view source, int64_t max_pixels = kMostPixels);

// From the header alone, upright.
ImageSize read_png_size(ByteSpan bytes, std::string_view source);

// The file's bytes are a function of the pixels (and zlib's version): fixed settings, no time, no
// text. Throws Error for sizes that do not fit the pixels.
Bytes write_png(const Image& image);

}  // namespace gannet
