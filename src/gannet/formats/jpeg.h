// JPEG images, by libjpeg-turbo: baseline and progressive, 8 bits, grey, YCbCr, RGB, CMYK.
#pragma once

#include <string_view>

#include "gannet/base/files.h"
#include "gannet/formats/image.h"

namespace gannet {

bool is_jpeg(ByteSpan bytes);  // by its first bytes

// Grey stays grey, all else becomes RGB (CMYK without a colour profile: R = C K, as inks of 1 are
// paper). Upright by EXIF. What follows the image's end is ignored: cameras put previews there.
// Throws Error for a file that is cut or damaged anywhere, where other readers draw grey; for
// arithmetic coding, 12 bits and lossless files; for more than `max_pixels`, or more than the bytes
// can hold, before anything is allocated.
Image read_jpeg(ByteSpan bytes, std::string_view source, int64_t max_pixels = kMostPixels);

// From the header alone, upright.
ImageSize read_jpeg_size(ByteSpan bytes, std::string_view source);

}  // namespace gannet
