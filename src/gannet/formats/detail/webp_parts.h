// What webp.cpp and webp_animation.cpp share. Not part of the library's interface.
#pragma once

#include <webp/encode.h>

#include <optional>
#include <string>
#include <string_view>

#include "gannet/base/files.h"
#include "gannet/formats/image.h"

namespace gannet {

struct WebpHeader {
  ImageSize size;  // as stored
  bool alpha = false, animated = false;
  int orientation = 1;
};
WebpHeader read_webp_header(ByteSpan bytes, std::string_view source);
void check_pixels(const WebpHeader& header, int64_t frames, int64_t max_pixels,
                  const std::string& where);

struct WebpEncoding {
  WebPConfig config;
  explicit WebpEncoding(std::optional<int> quality);
};

// An image as libwebp's encoder takes it.
struct WebpPixels {
  WebPPicture pixels;
  explicit WebpPixels(const Image& image);
  ~WebpPixels();
  WebpPixels(const WebpPixels&) = delete;
  WebpPixels& operator=(const WebpPixels&) = delete;
};

}  // namespace gannet
