#include <webp/demux.h>
#include <webp/mux.h>

#include <string>
#include <utility>

#include "gannet/base/error.h"
#include "gannet/formats/bytes.h"
#include "gannet/formats/detail/webp_parts.h"
#include "gannet/formats/webp_animation.h"

namespace gannet {

std::vector<Frame> read_webp_animation(ByteSpan bytes, std::string_view source,
                                       int64_t max_pixels) {
  const std::string where(source);
  const WebpHeader header = read_webp_header(bytes, source);
  if (!header.animated) throw Error("WebP is one image, expected an animation", where);
  check_pixels(header, 1, max_pixels, where);
  const WebPData data{reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
  const std::unique_ptr<WebPAnimDecoder, decltype(&WebPAnimDecoderDelete)> decoder(
      WebPAnimDecoderNew(&data, nullptr), WebPAnimDecoderDelete);
  WebPAnimInfo info;
  if (!decoder || !WebPAnimDecoderGetInfo(decoder.get(), &info))
    throw Error("WebP animation is damaged or truncated", where);
  check_pixels(header, info.frame_count, max_pixels, where);
  std::vector<Frame> frames;
  const size_t size = size_t{4} * info.canvas_width * info.canvas_height;
  int before = 0;
  while (WebPAnimDecoderHasMoreFrames(decoder.get())) {
    uint8_t* pixels = nullptr;
    int until = 0;
    if (!WebPAnimDecoderGetNext(decoder.get(), &pixels, &until))
      throw Error("WebP animation is damaged at frame " + std::to_string(frames.size()), where);
    frames.push_back(
        {{info.canvas_width, info.canvas_height, 4, {pixels, pixels + size}}, until - before});
    before = until;
  }
  return frames;
}

struct WebpAnimation::State {
  std::unique_ptr<WebPAnimEncoder, decltype(&WebPAnimEncoderDelete)> encoder{nullptr,
                                                                             WebPAnimEncoderDelete};
  WebpEncoding encoding;
  int64_t width, height;
  int64_t frames = 0, time = 0;  // milliseconds so far

  [[noreturn]] void fail() const {
    throw Error("libwebp failed (" + std::string(WebPAnimEncoderGetError(encoder.get())) + ")",
                "WebP animation");
  }
};

WebpAnimation::WebpAnimation(int64_t width, int64_t height, std::optional<int> quality, int loops)
    : state_(new State{.encoding = WebpEncoding(quality), .width = width, .height = height}) {
  WebPAnimEncoderOptions options;
  if (!WebPAnimEncoderOptionsInit(&options))
    throw Error("libwebp is of another version", "WebP animation");
  options.anim_params.loop_count = loops;
  const bool good = width > 0 && height > 0 && width <= WEBP_MAX_DIMENSION &&
                    height <= WEBP_MAX_DIMENSION && loops >= 0 && loops <= 0xffff;
  if (good)
    state_->encoder.reset(
        WebPAnimEncoderNew(static_cast<int>(width), static_cast<int>(height), &options));
  if (!state_->encoder)
    throw Error("frames of " + std::to_string(width) + "x" + std::to_string(height) + ", " +
                    std::to_string(loops) + " times, cannot be written",
                "WebP animation");
}

WebpAnimation::~WebpAnimation() = default;

void WebpAnimation::add(const Image& image, int64_t milliseconds) {
  State& s = *state_;
  constexpr int64_t kMostTime = int64_t{1} << 30;  // libwebp counts in int
  if (image.width != s.width || image.height != s.height)
    throw Error("frame is " + std::to_string(image.width) + "x" + std::to_string(image.height) +
                    ", expected " + std::to_string(s.width) + "x" + std::to_string(s.height),
                "WebP animation");
  if (milliseconds < 1 || milliseconds > kMostTime - s.time)
    throw Error("a frame of " + std::to_string(milliseconds) + " ms", "WebP animation");
  WebpPixels pixels(image);
  if (!WebPAnimEncoderAdd(s.encoder.get(), &pixels.pixels, static_cast<int>(s.time),
                          &s.encoding.config))
    s.fail();
  s.time += milliseconds;
  ++s.frames;
}

Bytes WebpAnimation::finish() {
  State& s = *state_;
  if (s.frames == 0) throw Error("an animation without frames", "WebP animation");
  WebPData data;
  WebPDataInit(&data);
  const bool made =
      WebPAnimEncoderAdd(s.encoder.get(), nullptr, static_cast<int>(s.time), nullptr) &&
      WebPAnimEncoderAssemble(s.encoder.get(), &data);
  if (!made) s.fail();
  const auto* begin = reinterpret_cast<const std::byte*>(data.bytes);
  Bytes bytes(begin, begin + data.size);
  WebPDataClear(&data);
  return bytes;
}

}  // namespace gannet
