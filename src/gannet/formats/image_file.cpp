#include "gannet/formats/image_file.h"

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/formats/bmp.h"
#include "gannet/formats/file_type.h"
#include "gannet/formats/jpeg.h"
#include "gannet/formats/png.h"
#include "gannet/formats/tiff.h"
#include "gannet/formats/webp.h"

namespace gannet {
namespace {

struct Format {
  std::string_view name;
  bool (*is)(ByteSpan);
  Image (*read)(ByteSpan, std::string_view, int64_t);
  ImageSize (*read_size)(ByteSpan, std::string_view);
};
constexpr Format kFormats[] = {{"png", is_png, read_png, read_png_size},
                               {"jpeg", is_jpeg, read_jpeg, read_jpeg_size},
                               {"webp", is_webp, read_webp, read_webp_size},
                               {"tiff", is_tiff, read_tiff, read_tiff_size},
                               {"bmp", is_bmp, read_bmp, read_bmp_size}};

const Format& format_of(ByteSpan bytes, std::string_view source) {
  if (bytes.empty()) throw Error("file is empty", std::string(source));
  const auto found = std::ranges::find_if(kFormats, [&](const Format& f) { return f.is(bytes); });
  if (found == std::end(kFormats))
    throw Error(not_expected(bytes, "a PNG, JPEG, WebP, TIFF or BMP image"), std::string(source));
  return *found;
}

}  // namespace

std::string_view image_format(ByteSpan bytes) {
  for (const Format& format : kFormats)
    if (format.is(bytes)) return format.name;
  return "";
}

bool has_image_name(std::string_view name) {
  const std::string_view type = file_type_of_name(name).name;
  return std::ranges::find(kFormats, type, &Format::name) != std::end(kFormats);
}

Image read_image(ByteSpan bytes, std::string_view source, int64_t max_pixels) {
  return format_of(bytes, source).read(bytes, source, max_pixels);
}

DeepImage read_deep_image(ByteSpan bytes, std::string_view source, int64_t max_pixels) {
  if (is_tiff(bytes)) return read_deep_tiff(bytes, source, max_pixels);
  if (is_deep_png(bytes)) return read_deep_png(bytes, source, max_pixels);
  return as_deep(read_image(bytes, source, max_pixels));
}

ImageInfo read_image_info(ByteSpan bytes, std::string_view source) {
  if (is_deep_png(bytes)) return {.white = 65535};
  if (!is_tiff(bytes)) return {};
  const TiffInfo info = read_tiff_info(bytes, source);
  return {.white = info.white, .more_pages = info.more_pages};
}

ImageSize read_image_size(ByteSpan bytes, std::string_view source) {
  return format_of(bytes, source).read_size(bytes, source);
}

}  // namespace gannet
