// Animated WebP, by libwebp.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/formats/image.h"

namespace gannet {

struct Frame {
  Image image;               // RGBA
  int64_t milliseconds = 0;  // duration
};

// All frames, each whole. Throws Error for what is no animation, and for more than `max_pixels` in
// all frames together.
std::vector<Frame> read_webp_animation(ByteSpan bytes, std::string_view source,
                                       int64_t max_pixels = kMostPixels);

// Frames of one size, one after the other; only the compressed ones are held. Equal neighbours may
// become one longer frame.
class WebpAnimation {
 public:
  // `loops`: how often it is played, 0 = for ever. quality: as for write_webp.
  WebpAnimation(int64_t width, int64_t height, std::optional<int> quality = {}, int loops = 0);
  ~WebpAnimation();
  WebpAnimation(const WebpAnimation&) = delete;
  WebpAnimation& operator=(const WebpAnimation&) = delete;

  void add(const Image& image, int64_t milliseconds);
  Bytes finish();  // once, after at least one frame

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gannet
