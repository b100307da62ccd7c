#include "gannet/formats/bmp.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string>
#include <vector>

#include "gannet/base/error.h"
#include "gannet/formats/bytes.h"

namespace gannet {
namespace {

constexpr uint64_t kFileHeader = 14, kCoreHeader = 12, kInfoHeader = 40, kMostHeader = 4096;
constexpr uint64_t kPlain = 0, kBitFields = 3, kAlphaBitFields = 6;  // biCompression
constexpr int64_t kMostSide = 1 << 24;

struct Header {
  ImageSize size;
  bool upside_down = true;  // the last row comes first
  uint64_t bits = 0, pixels_at = 0;
  std::array<uint32_t, 4> masks{};  // of R, G, B, A; for 16 and 32 bits
  std::vector<Colour> palette;
};

int64_t as_signed(uint64_t value) { return static_cast<int32_t>(static_cast<uint32_t>(value)); }

void read_masks(ByteReader& file, uint64_t compression, uint64_t header_size, Header& header) {
  if (compression == kPlain)
    header.masks = header.bits == 16 ? std::array<uint32_t, 4>{0x7c00, 0x3e0, 0x1f, 0}
                                     : std::array<uint32_t, 4>{0xff0000, 0xff00, 0xff, 0};
  if (compression == kPlain) return;
  // They belong to the header from its second version on, and follow the first one.
  const size_t count = compression == kAlphaBitFields || header_size >= kInfoHeader + 16 ? 4 : 3;
  for (size_t i = 0; i < count; ++i) header.masks[i] = static_cast<uint32_t>(file.little(4));
  if (header.masks[0] == 0 || header.masks[1] == 0 || header.masks[2] == 0)
    file.fail("BMP is damaged (no bits of a colour)");
}

void read_palette(ByteReader& file, uint64_t used, uint64_t entry, Header& header) {
  const uint64_t most = uint64_t{1} << header.bits;
  for (uint64_t i = 0; i < (used == 0 ? most : std::min(used, most)); ++i) {
    if (file.position() + entry > header.pixels_at) break;
    Colour colour;
    for (const size_t c : {2, 1, 0}) colour[c] = static_cast<uint8_t>(file.little(1));
    file.take(entry - 3);
    header.palette.push_back(colour);
  }
}

struct Compression {
  uint64_t kind = kPlain, colours = 0;
};

Compression read_info(ByteReader& file, uint64_t size, Header& header) {
  const bool core = size == kCoreHeader;
  if (!core && (size < kInfoHeader || size > kMostHeader))
    file.fail("BMP has a header of " + std::to_string(size) +
              " bytes, expected 12, or 40 and more");
  const int64_t width = core ? static_cast<int64_t>(file.little(2)) : as_signed(file.little(4));
  const int64_t height = core ? static_cast<int64_t>(file.little(2)) : as_signed(file.little(4));
  header.upside_down = height > 0;
  header.size = {width, height < 0 ? -height : height};
  if (width < 1 || height == 0 || width > kMostSide || header.size.height > kMostSide)
    file.fail("BMP of " + std::to_string(width) + "x" + std::to_string(height) + " pixels");
  file.take(2);
  header.bits = file.little(2);
  Compression found;
  if (core) return found;
  found.kind = file.little(4);
  file.take(12);
  found.colours = file.little(4);
  file.take(4);
  return found;
}

Header read_header(ByteSpan bytes, std::string_view source) {
  ByteReader file(bytes, source);
  if (!is_bmp(bytes)) file.fail("not a BMP file");
  Header header;
  file.take(10);
  header.pixels_at = file.little(4);
  const uint64_t size = file.little(4);
  const Compression compression = read_info(file, size, header);
  const bool masked = header.bits == 16 || header.bits == 32;
  const bool fields = compression.kind == kBitFields || compression.kind == kAlphaBitFields;
  if (compression.kind != kPlain && !(fields && masked))
    file.fail("BMP is compressed (type " + std::to_string(compression.kind) + ")",
              "convert it to a PNG");
  if (!masked && header.bits != 1 && header.bits != 4 && header.bits != 8 && header.bits != 24)
    file.fail("BMP of " + std::to_string(header.bits) +
              " bits a pixel, expected 1, 4, 8, 16, 24 or 32");
  if (masked) read_masks(file, compression.kind, size, header);
  if (const uint64_t end = kFileHeader + size; file.position() < end)
    file.take(end - file.position());
  if (header.bits <= 8)
    read_palette(file, compression.colours, size == kCoreHeader ? 3 : 4, header);
  return header;
}

// A channel of a masked pixel, scaled to 8 bits.
uint8_t channel(uint64_t pixel, uint32_t mask) {
  const uint64_t most = mask >> std::countr_zero(mask);
  const uint64_t value = (pixel & mask) >> std::countr_zero(mask);
  return static_cast<uint8_t>((value * 255 + most / 2) / most);
}

void put_pixel(const Header& header, ByteSpan row, uint64_t x, uint8_t* to) {
  const auto byte = [&](uint64_t at) { return std::to_integer<uint64_t>(row[at]); };
  if (header.bits <= 8) {
    const uint64_t bit = x * header.bits;
    const uint64_t index = byte(bit / 8) >> (8 - header.bits - bit % 8) & ((1u << header.bits) - 1);
    if (index < header.palette.size()) std::ranges::copy(header.palette[index], to);
  } else if (header.bits == 24) {
    for (uint64_t c = 0; c < 3; ++c) to[c] = static_cast<uint8_t>(byte(3 * x + 2 - c));
  } else {
    uint64_t pixel = 0;
    for (uint64_t i = 0; i < header.bits / 8; ++i) pixel |= byte(x * header.bits / 8 + i) << 8 * i;
    for (size_t c = 0; c < (header.masks[3] != 0 ? 4 : 3); ++c)
      to[c] = channel(pixel, header.masks[c]);
  }
}

bool has_grey_palette(const Header& header) {
  return header.bits <= 8 && std::ranges::all_of(header.palette, [](const Colour& colour) {
           return colour[0] == colour[1] && colour[1] == colour[2];
         });
}

}  // namespace

// "BM", and a header of a known size: two letters are too few to tell a file by.
bool is_bmp(ByteSpan bytes) {
  if (bytes.size() < kFileHeader + 4 || !as_text(bytes).starts_with("BM")) return false;
  ByteReader size(bytes.subspan(kFileHeader), "");
  const uint64_t header = size.little(4);
  return header == kCoreHeader || (header >= kInfoHeader && header <= kMostHeader);
}

ImageSize read_bmp_size(ByteSpan bytes, std::string_view source) {
  return read_header(bytes, source).size;
}

Image read_bmp(ByteSpan bytes, std::string_view source, int64_t max_pixels) {
  const Header header = read_header(bytes, source);
  const auto [width, height] = header.size;
  const std::string where(source);
  if (width * height > max_pixels)
    throw Error("BMP of " + std::to_string(width) + "x" + std::to_string(height) +
                    " has more than " + std::to_string(max_pixels) + " pixels",
                where);
  // Rows are filled up to 4 bytes, which the last one may lack.
  const uint64_t used = (static_cast<uint64_t>(width) * header.bits + 7) / 8;
  const uint64_t row = (used + 3) / 4 * 4, rows = static_cast<uint64_t>(height);
  if (header.pixels_at > bytes.size() || bytes.size() - header.pixels_at < row * (rows - 1) + used)
    throw Error("BMP is truncated at " + std::to_string(bytes.size()) + " of " +
                    std::to_string(header.pixels_at + row * rows) + " bytes",
                where);
  Image image{width, height, header.masks[3] != 0 ? 4 : 3, {}};
  image.pixels.resize(static_cast<size_t>(width * height * image.channels));
  for (int64_t y = 0; y < height; ++y) {
    const int64_t stored = header.upside_down ? height - 1 - y : y;
    const ByteSpan from =
        bytes.subspan(header.pixels_at + static_cast<uint64_t>(stored) * row, used);
    for (int64_t x = 0; x < width; ++x)
      put_pixel(header, from, static_cast<uint64_t>(x),
                image.pixels.data() + (y * width + x) * image.channels);
  }
  return has_grey_palette(header) ? as_grey(std::move(image)) : image;
}

}  // namespace gannet
