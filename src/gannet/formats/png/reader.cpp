#include "gannet/formats/png.h"

#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>

#include "gannet/base/error.h"
#include "gannet/formats/bytes.h"
#include "gannet/formats/detail/png_errors.h"
#include "gannet/formats/exif.h"

namespace gannet {
namespace {

// What the functions below fill belongs to their callers (png_errors.h).
struct Progress : PngError {
  ByteSpan in;    // what is left to read
  ByteSpan then;  // read after it
};

void on_read(png_structp png, png_bytep to, size_t count) {
  auto* progress = static_cast<Progress*>(png_get_io_ptr(png));
  if (progress->in.empty()) std::swap(progress->in, progress->then);
  if (count > progress->in.size()) png_error(png, "truncated");
  std::memcpy(to, progress->in.data(), count);
  progress->in = progress->in.subspan(count);
}

struct Reader {
  png_structp png = nullptr;
  png_infop info = nullptr;
  explicit Reader(Progress& progress)
      : png(png_create_read_struct(PNG_LIBPNG_VER_STRING, static_cast<PngError*>(&progress),
                                   on_png_error, on_png_warning)),
        info(png != nullptr ? png_create_info_struct(png) : nullptr) {}
  ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
};

struct Header {
  png_uint_32 width = 0, height = 0;
  uint64_t stored_bytes = 0;  // of all rows before compression
  int channels = 0;           // after the conversion to 8 bits
  int passes = 1;
  size_t sample_bytes = 1;
};

// deep: samples of 16 bits stay so.
bool read_header(Reader& reader, Progress& progress, bool deep, Header& header) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;
  png_set_read_fn(reader.png, &progress, on_read);
  // Only what changes samples is parsed (palette and transparency); the rest is only checked for
  // its CRC.
  png_set_keep_unknown_chunks(reader.png, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
  png_set_crc_action(reader.png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  png_read_info(reader.png, reader.info);
  header.width = png_get_image_width(reader.png, reader.info);
  header.height = png_get_image_height(reader.png, reader.info);
  header.stored_bytes = header.height * uint64_t{png_get_rowbytes(reader.png, reader.info)};

  const bool transparent = png_get_valid(reader.png, reader.info, PNG_INFO_tRNS) != 0;
  const int colour = png_get_color_type(reader.png, reader.info);
  png_set_expand(reader.png);  // palettes, fewer than 8 bits, transparency
  if (deep && png_get_bit_depth(reader.png, reader.info) == 16)
    header.sample_bytes = 2;
  else
    png_set_scale_16(reader.png);
  const bool alpha = transparent || (colour & PNG_COLOR_MASK_ALPHA) != 0;
  if (alpha) png_set_gray_to_rgb(reader.png);
  header.passes = png_set_interlace_handling(reader.png);
  png_read_update_info(reader.png, reader.info);
  header.channels = png_get_channels(reader.png, reader.info);
  return true;
}

// Rows come one by one; an interlaced image is filled in over several passes.
bool read_rows(Reader& reader, const Header& header, uint8_t* pixels) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;
  const size_t row =
      size_t{header.width} * static_cast<size_t>(header.channels) * header.sample_bytes;
  for (int pass = 0; pass < header.passes; ++pass) {
    for (png_uint_32 y = 0; y < header.height; ++y) {
      png_read_row(reader.png, pixels + y * row, nullptr);
    }
  }
  png_read_end(reader.png, nullptr);
  return true;
}

void check_header(const Header& header, uint64_t bytes, int64_t max_pixels,
                  const std::string& source) {
  const std::string size = std::to_string(header.width) + "x" + std::to_string(header.height);
  if (uint64_t{header.width} * header.height > static_cast<uint64_t>(max_pixels)) {
    throw Error("PNG of " + size + " has more than " + std::to_string(max_pixels) + " pixels",
                source);
  }
  // Deflate gives at most 1032 bytes for one, so that a small file cannot claim a large image.
  if (header.stored_bytes / 1032 > bytes) {
    throw Error("PNG of " + size + " cannot fit " + std::to_string(bytes) + " bytes", source);
  }
}

// Of the eXIf chunk, which may stand before or after the rows.
int orientation(ByteSpan bytes, std::string_view source) {
  ByteReader file(bytes, source);
  file.take(8);
  while (file.left() >= 12) {
    const uint64_t length = file.big(4);
    const std::string_view name = as_text(file.take(4));
    if (length > file.left()) break;
    const ByteSpan data = file.take(length);
    if (name == "eXIf") return exif_orientation(data);
    if (name == "IEND") break;
    file.take(std::min<uint64_t>(4, file.left()));
  }
  return 1;
}

constexpr std::string_view kEnd("\0\0\0\0IEND\xae\x42\x60\x82", 12);

// Whole chunks, the last of which is not the end's: nothing of the pixels is missing if libpng
// finds them all.
bool lacks_end(ByteSpan bytes, std::string_view source) {
  ByteReader file(bytes, source);
  file.take(8);
  while (file.left() >= 12) {
    const uint64_t length = file.big(4);
    if (as_text(file.take(4)) == "IEND" || length > file.left() - 4) return false;
    file.take(length + 4);
  }
  return file.left() == 0;
}

// All samples, row by row, as the header describes them.
Header read_samples(ByteSpan bytes, std::string_view source, int64_t max_pixels, bool deep,
                    std::vector<uint8_t>& samples) {
  const std::string where(source);
  if (!is_png(bytes)) throw Error("not a PNG file", where);
  Progress progress;
  progress.in = bytes;
  if (lacks_end(bytes, source)) progress.then = as_bytes(kEnd);
  Reader reader(progress);
  if (reader.info == nullptr) throw Error("no memory for libpng", where);
  const auto damaged = [&] {
    if (std::string_view(progress.error) == "truncated")
      throw Error("PNG is truncated at " + std::to_string(bytes.size()) + " bytes", where);
    throw Error("PNG is damaged (" + std::string(progress.error) + ")", where);
  };
  Header header;
  if (!read_header(reader, progress, deep, header)) damaged();
  check_header(header, bytes.size(), max_pixels, where);
  samples.resize(size_t{header.width} * header.height * static_cast<size_t>(header.channels) *
                 header.sample_bytes);
  if (!read_rows(reader, header, samples.data())) damaged();
  return header;
}

}  // namespace

bool is_png(ByteSpan bytes) { return as_text(bytes).starts_with("\x89PNG\r\n\x1a\n"); }

ImageSize read_png_size(ByteSpan bytes, std::string_view source) {
  ByteReader file(bytes, source);
  if (!is_png(bytes)) file.fail("not a PNG file");
  file.take(12);
  if (as_text(file.take(4)) != "IHDR") file.fail("PNG is damaged (no header)");
  const auto width = static_cast<int64_t>(file.big(4)), height = static_cast<int64_t>(file.big(4));
  return upright(ImageSize{width, height}, orientation(bytes, source));
}

bool is_deep_png(ByteSpan bytes) {
  constexpr size_t kDepthAt = 24;
  return is_png(bytes) && bytes.size() > kDepthAt && bytes[kDepthAt] == std::byte{16};
}

Image read_png(ByteSpan bytes, std::string_view source, int64_t max_pixels) {
  Image image;
  const Header header = read_samples(bytes, source, max_pixels, /*deep=*/false, image.pixels);
  image.width = header.width, image.height = header.height, image.channels = header.channels;
  return upright(std::move(image), orientation(bytes, source));
}

DeepImage read_deep_png(ByteSpan bytes, std::string_view source, int64_t max_pixels) {
  std::vector<uint8_t> stored;
  const Header header = read_samples(bytes, source, max_pixels, /*deep=*/true, stored);
  DeepImage image{.width = header.width,
                  .height = header.height,
                  .channels = header.channels,
                  .white = header.sample_bytes == 2 ? 65535.0 : 255.0,
                  .values = {},
                  .orientation = orientation(bytes, source)};
  if (header.sample_bytes == 1) {
    image.values.assign(stored.begin(), stored.end());
  } else {
    image.values.reserve(stored.size() / 2);
    for (size_t i = 0; i + 1 < stored.size(); i += 2)
      image.values.push_back(static_cast<float>(stored[i] << 8 | stored[i + 1]));
  }
  return image;
}

}  // namespace gannet
