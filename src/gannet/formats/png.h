// PNG pictures, by libpng: any PNG is read as 8-bit grey, RGB or RGBA. Colour profiles and gamma
// are ignored: the samples are taken as they are stored.
#pragma once

#include <string_view>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/formats/image.h"

namespace gannet {

bool is_png(ByteSpan bytes);  // by its first bytes

// Palettes become RGB (RGBA where one is transparent), grey with alpha RGBA, 16-bit samples are
// scaled to 8. Upright by EXIF. Throws Error for anything but one whole PNG with right checksums,
// and for more than `max_pixels`.
Picture read_png(ByteSpan bytes, std::string_view source, int64_t max_pixels = kMostPixels);

// From the header alone, upright.
PictureSize read_png_size(ByteSpan bytes, std::string_view source);

// The file's bytes are a function of the pixels (and zlib's version): fixed settings, no time, no
// text. Throws Error for sizes that do not fit the pixels.
Bytes write_png(const Picture& picture);

// An animated PNG (third edition of the PNG specification, acTL, fcTL and fdAT chunks): whole
// frames of one size and number of channels, one after the other; only the compressed ones are
// held. Programs that know no animations show the first frame.
class PngAnimation {
 public:
  explicit PngAnimation(int loops = 0) : loops_(loops) {}  // how often it is played, 0 = for ever

  // Throws Error for a frame unlike the first, and for more than 65535 milliseconds.
  void add(const Picture& picture, int64_t milliseconds);
  Bytes finish() const;  // after at least one frame

 private:
  struct Part {
    Bytes data;  // of its IDAT chunks
    int64_t milliseconds;
  };
  int loops_;
  Bytes header_;  // of the IHDR chunk
  std::vector<Part> frames_;
};

}  // namespace gannet
