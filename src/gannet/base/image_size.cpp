#include "gannet/base/image_size.h"

#include <charconv>

namespace gannet {
namespace {

std::optional<int64_t> whole_number(std::string_view text) {
  if (text.starts_with('-')) return {};
  int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return {};
  return number;
}

}  // namespace

std::string side_text(ImageSize size) {
  return size.is_square() ? std::to_string(size.width) : size_text(size);
}

std::optional<ImageSize> parse_image_size(std::string_view text) {
  const size_t by = text.find_first_of("xX");
  const auto width = whole_number(text.substr(0, by));
  const auto height = by == std::string_view::npos ? width : whole_number(text.substr(by + 1));
  if (!width || !height) return {};
  return ImageSize(*width, *height);
}

std::string size_text(ImageSize size) {
  return std::to_string(size.width) + "x" + std::to_string(size.height);
}

}  // namespace gannet
