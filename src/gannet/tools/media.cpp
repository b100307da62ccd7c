#include "gannet/tools/media.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "gannet/formats/png.h"
#include "gannet/formats/wav.h"
#include "gannet/formats/webp_animation.h"

namespace gannet {
namespace {

constexpr int64_t kMilliseconds = 100;  // of a frame

std::vector<float> numbers(ByteSpan bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

Bytes image_file(ByteSpan sample, const std::vector<int64_t>& shape) {  // [H, W, C]
  const auto* pixels = reinterpret_cast<const uint8_t*>(sample.data());
  return write_png(Image{.width = shape[1],
                         .height = shape[0],
                         .channels = shape[2],
                         .pixels = {pixels, pixels + sample.size()}});
}

// Stored values as a PNG of 8 or 16 bits, whichever the data had; of floating point, which no PNG
// holds, 16 bits from black at `low` to white at `high`.
Bytes ranged_image_file(ByteSpan sample, const std::vector<int64_t>& shape, StoredRange range) {
  DeepImage image{.width = shape[1],
                  .height = shape[0],
                  .channels = shape[2],
                  .white = range.white == 255 ? 255.0 : 65535.0,
                  .values = numbers(sample)};
  if (range.white != 255 && range.white != 65535) {
    const auto low = static_cast<float>(range.values.low);
    const auto scale = static_cast<float>(65535 / (range.values.high - range.values.low));
    for (float& value : image.values) value = (value - low) * scale;
  }
  return write_png(image);
}

Bytes audio_file(ByteSpan sample, const std::vector<int64_t>& shape, double rate) {  // [C, T]
  const std::vector<float> planes = numbers(sample);
  Audio audio{.rate = std::llround(rate), .channels = shape[0], .values = {}};
  audio.values.resize(planes.size());
  for (int64_t c = 0; c < shape[0]; ++c)
    for (int64_t t = 0; t < shape[1]; ++t)
      audio.values[static_cast<size_t>(t * shape[0] + c)] =
          planes[static_cast<size_t>(c * shape[1] + t)];
  return write_wav(audio);
}

// As to_bytes() of tensor/image_grid.h does.
uint8_t byte_of(float value) {
  const float scaled = std::floor(127.5f * value + 128.0f);
  return std::isnan(scaled) ? 0 : static_cast<uint8_t>(std::clamp(scaled, 0.0f, 255.0f));
}

// Frame t of a video [C, T, H, W] into the image, its corner at (x, y).
void put_frame(const std::vector<float>& video, const std::vector<int64_t>& shape, int64_t t,
               int64_t x, int64_t y, Image& to) {
  const int64_t channels = shape[0], height = shape[2], width = shape[3];
  for (int64_t c = 0; c < 3; ++c)
    for (int64_t row = 0; row < height; ++row)
      for (int64_t column = 0; column < width; ++column) {
        const int64_t plane = std::min(c, channels - 1) * shape[1] + t;
        to.pixels[static_cast<size_t>(((y + row) * to.width + x + column) * 3 + c)] =
            byte_of(video[static_cast<size_t>((plane * height + row) * width + column)]);
      }
}

}  // namespace

std::string_view media_extension(const Sampler& sampler) {
  if (sampler.is_image()) return ".png";
  if (sampler.is_audio()) return ".wav";
  return sampler.is_video() ? ".webp" : "";
}

Bytes media_file(const Sampler& sampler, ByteSpan sample) {
  if (const std::optional<StoredRange> range = sampler.value_range())
    return ranged_image_file(sample, sampler.item_shape(), *range);
  if (sampler.is_image()) return image_file(sample, sampler.item_shape());
  if (sampler.is_audio()) return audio_file(sample, sampler.item_shape(), sampler.rate());
  return videos_file(sampler, {Bytes(sample.begin(), sample.end())}, 1);
}

Bytes videos_file(const Sampler& sampler, const std::vector<Bytes>& videos, int64_t columns) {
  const std::vector<int64_t> shape = sampler.item_shape();
  std::vector<std::vector<float>> values;
  for (const Bytes& video : videos) values.push_back(numbers(video));
  const auto size = static_cast<int64_t>(videos.size());
  const int64_t rows = (size + columns - 1) / columns;
  Image image{columns * shape[3], rows * shape[2], 3, {}};
  WebpAnimation animation(image.width, image.height);
  for (int64_t t = 0; t < shape[1]; ++t) {
    image.pixels.assign(static_cast<size_t>(image.width * image.height * 3), 0);
    for (int64_t i = 0; i < size; ++i)
      put_frame(values[static_cast<size_t>(i)], shape, t, i % columns * shape[3],
                i / columns * shape[2], image);
    animation.add(image, kMilliseconds);
  }
  return animation.finish();
}

}  // namespace gannet
