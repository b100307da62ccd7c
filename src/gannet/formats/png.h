// PNG pictures, by libpng: any PNG is read as 8-bit grey, RGB or RGBA. Colour profiles and gamma
// are ignored: the samples are taken as they are stored.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "gannet/base/files.h"

namespace gannet {

// 8-bit samples, row by row, channels interleaved: pixels[(y * width + x) * channels + c].
struct Picture {
  int64_t width = 0, height = 0;
  int64_t channels = 0;  // 1 grey, 3 RGB, 4 RGBA
  std::vector<uint8_t> pixels;

  bool operator==(const Picture&) const = default;
};

// Palettes become RGB (RGBA where one is transparent), grey with alpha RGBA, 16-bit samples are
// scaled to 8. Throws Error for anything but one whole PNG with right checksums, and for more than
// `max_pixels`.
Picture read_png(ByteSpan bytes, std::string_view source, int64_t max_pixels = int64_t{1} << 26);

// The file's bytes are a function of the pixels (and zlib's version): fixed settings, no time, no
// text. Throws Error for sizes that do not fit the pixels.
Bytes write_png(const Picture& picture);

}  // namespace gannet
