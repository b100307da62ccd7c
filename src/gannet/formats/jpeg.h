// JPEG images, by libjpeg-turbo: baseline and progressive, 8 bits, grey, YCbCr, RGB, CMYK.
#pragma once

#include <string_view>

#include "gannet/base/files.h"
#include "gannet/formats/image.h"

namespace gannet {

bool is_jpeg(ByteSpan bytes);  // by its first bytes

// Grey stays grey, all else becomes RGB (CMYK without a colour profile: R = C K, as inks of 1 are
// paper; stored inverted, with Adobe's marker or without). Upright by EXIF. What does not change
// the pixels is passed over: bytes after the image's end (cameras put previews there), stray bytes
// before its end mark or in its header, no end mark. Throws Error, with the line, for a file whose
// pixels are cut or damaged anywhere, where other readers draw grey; for arithmetic coding, 12 bits
// and lossless files; for more than `max_pixels`, or more than the bytes can hold, before anything
// is allocated.
Image read_jpeg(ByteSpan bytes, std::string_view source, int64_t max_pixels = kMostPixels);

// From the header alone, upright.
ImageSize read_jpeg_size(ByteSpan bytes, std::string_view source);

}  // namespace gannet
