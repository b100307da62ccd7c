#include "gannet/formats/image_file.h"

#include <algorithm>
#include <cctype>

#include "gannet/base/error.h"
#include "gannet/formats/file_type.h"
#include "gannet/formats/jpeg.h"
#include "gannet/formats/png.h"
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
                               {"webp", is_webp, read_webp, read_webp_size}};

const Format& format_of(ByteSpan bytes, std::string_view source) {
  if (bytes.empty()) throw Error("file is empty", std::string(source));
  const auto found = std::ranges::find_if(kFormats, [&](const Format& f) { return f.is(bytes); });
  if (found == std::end(kFormats))
    throw Error(not_expected(bytes, "a PNG, JPEG or WebP image"), std::string(source));
  return *found;
}

}  // namespace

std::string_view image_format(ByteSpan bytes) {
  for (const Format& format : kFormats)
    if (format.is(bytes)) return format.name;
  return "";
}

bool has_image_name(std::string_view name) {
  std::string end(name.substr(std::min(name.size(), name.find_last_of('.'))));
  std::ranges::transform(end, end.begin(), [](unsigned char c) { return std::tolower(c); });
  return end == ".png" || end == ".jpg" || end == ".jpeg" || end == ".jpe" || end == ".jfif" ||
         end == ".webp";
}

Image read_image(ByteSpan bytes, std::string_view source, int64_t max_pixels) {
  return format_of(bytes, source).read(bytes, source, max_pixels);
}

ImageSize read_image_size(ByteSpan bytes, std::string_view source) {
  return format_of(bytes, source).read_size(bytes, source);
}

}  // namespace gannet
