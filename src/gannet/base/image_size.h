// Width and height of an image, in pixels.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gannet {

struct ImageSize {
  int64_t width = 0, height = 0;

  constexpr ImageSize() = default;
  constexpr ImageSize(int64_t side) : width(side), height(side) {}  // a square
  constexpr ImageSize(int64_t w, int64_t h) : width(w), height(h) {}

  bool is_square() const { return width == height; }
  auto operator<=>(const ImageSize&) const = default;
};

// "64" of a square, "128x64" of another size (width first), and back; nothing for another text.
std::string side_text(ImageSize size);
std::optional<ImageSize> parse_image_size(std::string_view text);

std::string size_text(ImageSize size);  // "64x64" of a square too

}  // namespace gannet
