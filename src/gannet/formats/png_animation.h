// Animated PNG.
#pragma once

#include <cstdint>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/formats/image.h"

namespace gannet {

// An animated PNG (third edition of the PNG specification, acTL, fcTL and fdAT chunks): whole
// frames of one size and number of channels, one after the other; only the compressed ones are
// held. Programs that know no animations show the first frame.
class PngAnimation {
 public:
  explicit PngAnimation(int loops = 0) : loops_(loops) {}  // how often it is played, 0 = for ever

  // Throws Error for a frame unlike the first, and for more than 65535 milliseconds.
  void add(const Image& image, int64_t milliseconds);
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
