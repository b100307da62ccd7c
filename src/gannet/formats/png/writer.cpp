#include <png.h>

#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <cstdio>
#include <span>
#include <string>

#include "gannet/base/error.h"
#include "gannet/formats/bytes.h"
#include "gannet/formats/detail/png_errors.h"
#include "gannet/formats/png.h"

namespace gannet {
namespace {

struct Progress : PngError {
  Bytes* out = nullptr;
};

void on_write(png_structp png, png_bytep from, size_t count) {
  auto* progress = static_cast<Progress*>(png_get_io_ptr(png));
  bool full = false;
  try {
    const auto* bytes = reinterpret_cast<const std::byte*>(from);
    progress->out->insert(progress->out->end(), bytes, bytes + count);
  } catch (const std::exception&) {
    full = true;
  }
  if (full) png_error(png, "no memory");
}

void on_flush(png_structp) {}

struct Writer {
  png_structp png = nullptr;
  png_infop info = nullptr;
  explicit Writer(Progress& progress)
      : png(png_create_write_struct(PNG_LIBPNG_VER_STRING, static_cast<PngError*>(&progress),
                                    on_png_error, on_png_warning)),
        info(png != nullptr ? png_create_info_struct(png) : nullptr) {}
  ~Writer() { png_destroy_write_struct(&png, &info); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
};

// Samples as they go into the file; 16 bits big-endian.
struct Samples {
  int64_t width, height, channels, bits;
  ByteSpan bytes;
};

bool write_all(Writer& writer, Progress& progress, const Samples& image) {
  if (setjmp(png_jmpbuf(writer.png)) != 0) return false;
  png_set_write_fn(writer.png, &progress, on_write, on_flush);
  const int colour = image.channels == 1   ? PNG_COLOR_TYPE_GRAY
                     : image.channels == 3 ? PNG_COLOR_TYPE_RGB
                                           : PNG_COLOR_TYPE_RGB_ALPHA;
  png_set_IHDR(writer.png, writer.info, static_cast<png_uint_32>(image.width),
               static_cast<png_uint_32>(image.height), static_cast<int>(image.bits), colour,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_BASE);
  png_set_compression_level(writer.png, 6);
  png_set_filter(writer.png, PNG_FILTER_TYPE_BASE, PNG_ALL_FILTERS);
  png_write_info(writer.png, writer.info);
  const auto row = static_cast<size_t>(image.width * image.channels * image.bits / 8);
  const auto* from = reinterpret_cast<const uint8_t*>(image.bytes.data());
  for (int64_t y = 0; y < image.height; ++y)
    png_write_row(writer.png, from + static_cast<size_t>(y) * row);
  png_write_end(writer.png, nullptr);
  return true;
}

Bytes write_samples(const Samples& image) {
  constexpr int64_t kMostSide = 1'000'000;  // libpng's own limit
  const auto [width, height, channels, bits, bytes] = image;
  const auto side = [](int64_t n) { return n > 0 && n <= kMostSide; };
  const bool good = side(width) && side(height) &&
                    (channels == 1 || channels == 3 || channels == 4) &&
                    bytes.size() == static_cast<uint64_t>(width * height * channels * bits / 8);
  if (!good)
    throw Error("image of " + std::to_string(width) + "x" + std::to_string(height) + "x" +
                    std::to_string(channels) + " with " +
                    std::to_string(bytes.size() * 8 / static_cast<uint64_t>(bits)) +
                    " samples cannot be written",
                "PNG");
  Bytes out;
  Progress progress;
  progress.out = &out;
  Writer writer(progress);
  if (writer.info == nullptr) throw Error("no memory for libpng", "PNG");
  if (!write_all(writer, progress, image)) throw Error(progress.error, "PNG");
  return out;
}

}  // namespace

Bytes write_png(const Image& image) {
  return write_samples(
      {image.width, image.height, image.channels, 8, std::as_bytes(std::span(image.pixels))});
}

Bytes write_png(const DeepImage& image) {
  const bool deep = image.white > 255;
  Bytes samples;
  for (const float value : image.values) {
    const double kept = std::clamp(static_cast<double>(value), 0.0, deep ? 65535.0 : 255.0);
    append_big(samples, static_cast<uint64_t>(std::lround(kept)), deep ? 2 : 1);
  }
  return write_samples({image.width, image.height, image.channels, deep ? 16 : 8, samples});
}

}  // namespace gannet
