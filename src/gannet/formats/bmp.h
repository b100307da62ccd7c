// BMP images (Microsoft's DIB, also OS/2's): 1, 4, 8, 16, 24 and 32 bits a pixel, uncompressed.
#pragma once

#include <string_view>

#include "gannet/base/files.h"
#include "gannet/formats/image.h"

namespace gannet {

bool is_bmp(ByteSpan bytes);  // by its first bytes

// RGB; grey where a palette is grey; RGBA where the header names bits of alpha. Throws Error for a
// file that is cut or damaged, for compressed ones (RLE, JPEG, PNG), and for more than
// `max_pixels`, before anything is allocated.
Image read_bmp(ByteSpan bytes, std::string_view source, int64_t max_pixels = kMostPixels);

// From the header alone.
ImageSize read_bmp_size(ByteSpan bytes, std::string_view source);

}  // namespace gannet
