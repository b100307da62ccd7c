#include "gannet/formats/jpeg.h"

#include <cstdio>
// jpeglib.h needs stdio's FILE and size_t before it.
#include <jerror.h>
#include <jpeglib.h>

#include <algorithm>
#include <csetjmp>
#include <string>

#include "gannet/base/error.h"
#include "gannet/formats/exif.h"

namespace gannet {
namespace {

constexpr int kMostScans = 100;  // progressive files have about ten; each costs a pass over all
constexpr int kExifMarker = JPEG_APP0 + 1;

// libjpeg reports errors by longjmp. Between a setjmp and what can jump to it, the functions below
// hold nothing that has a destructor.
struct Failure {
  jpeg_error_mgr base;
  std::jmp_buf jump;
  bool truncated = false;
  char text[JMSG_LENGTH_MAX] = "";
};

[[noreturn]] void on_error(j_common_ptr info) {
  auto* failure = reinterpret_cast<Failure*>(info->err);
  failure->truncated = failure->base.msg_code == JWRN_JPEG_EOF;
  failure->base.format_message(info, failure->text);
  std::longjmp(failure->jump, 1);
}

// Level -1 is "corrupt data": the decoder would go on and draw grey. Two of these say nothing about
// the pixels.
void on_message(j_common_ptr info, int level) {
  const int code = info->err->msg_code;
  if (level < 0 && code != JWRN_JFIF_MAJOR && code != JWRN_ADOBE_XFORM) on_error(info);
}

void on_output(j_common_ptr) {}

void on_progress(j_common_ptr info) {
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number > kMostScans)
    ERREXIT(info, JERR_BAD_PROGRESSION);
}

struct Decoder {
  jpeg_decompress_struct info{};
  Failure failure{};
  jpeg_progress_mgr progress{};

  Decoder() {
    info.err = jpeg_std_error(&failure.base);
    failure.base.error_exit = on_error;
    failure.base.emit_message = on_message;
    failure.base.output_message = on_output;
    progress.progress_monitor = on_progress;
  }
  ~Decoder() { jpeg_destroy_decompress(&info); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
};

bool read_header(Decoder& decoder, ByteSpan bytes) {
  if (setjmp(decoder.failure.jump) != 0) return false;
  jpeg_create_decompress(&decoder.info);
  decoder.info.progress = &decoder.progress;
  jpeg_mem_src(&decoder.info, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  jpeg_save_markers(&decoder.info, kExifMarker, 0xffff);
  jpeg_read_header(&decoder.info, TRUE);
  return true;
}

bool read_rows(Decoder& decoder, uint8_t* pixels) {
  if (setjmp(decoder.failure.jump) != 0) return false;
  jpeg_start_decompress(&decoder.info);
  const size_t row =
      size_t{decoder.info.output_width} * static_cast<size_t>(decoder.info.output_components);
  while (decoder.info.output_scanline < decoder.info.output_height) {
    JSAMPROW to = pixels + decoder.info.output_scanline * row;
    jpeg_read_scanlines(&decoder.info, &to, 1);
  }
  jpeg_finish_decompress(&decoder.info);
  return true;
}

[[noreturn]] void fail(const Decoder& decoder, ByteSpan bytes, const std::string& where) {
  if (decoder.failure.truncated)
    throw Error("JPEG is truncated at " + std::to_string(bytes.size()) + " bytes", where);
  throw Error("JPEG is damaged (" + std::string(decoder.failure.text) + ")", where);
}

void open(Decoder& decoder, ByteSpan bytes, const std::string& where) {
  if (!is_jpeg(bytes)) throw Error("not a JPEG file", where);
  if (!read_header(decoder, bytes)) fail(decoder, bytes, where);
}

int orientation(const Decoder& decoder) {
  for (auto marker = decoder.info.marker_list; marker != nullptr; marker = marker->next) {
    const ByteSpan data = std::as_bytes(std::span(marker->data, marker->data_length));
    if (marker->marker == kExifMarker && as_text(data).starts_with("Exif"))
      return exif_orientation(data);
  }
  return 1;
}

void check(const jpeg_decompress_struct& info, uint64_t bytes, int64_t max_pixels,
           const std::string& where) {
  const std::string size =
      "JPEG of " + std::to_string(info.image_width) + "x" + std::to_string(info.image_height);
  const uint64_t pixels = uint64_t{info.image_width} * info.image_height;
  if (pixels > static_cast<uint64_t>(max_pixels))
    throw Error(size + " has more than " + std::to_string(max_pixels) + " pixels", where);
  if (info.arith_code)
    throw Error("JPEG with arithmetic coding cannot be read", where,
                "convert it to an ordinary JPEG or a PNG");
  // A Huffman code has at least one bit, for at least each block of 8x8: a small file cannot claim
  // a large image.
  if (pixels / 512 > bytes)
    throw Error(size + " cannot fit " + std::to_string(bytes) + " bytes", where);
}

// Inks to light. Adobe's files hold the inks inverted.
Image from_cmyk(const Image& inks, bool inverted) {
  Image result{inks.width, inks.height, 3, {}};
  result.pixels.reserve(inks.pixels.size() / 4 * 3);
  const auto light = [inverted](uint8_t ink) { return inverted ? ink : 255 - ink; };
  for (size_t i = 0; i < inks.pixels.size(); i += 4)
    for (size_t c = 0; c < 3; ++c)
      result.pixels.push_back(static_cast<uint8_t>(
          (light(inks.pixels[i + c]) * light(inks.pixels[i + 3]) + 127) / 255));
  return result;
}

}  // namespace

bool is_jpeg(ByteSpan bytes) { return as_text(bytes).starts_with("\xff\xd8\xff"); }

ImageSize read_jpeg_size(ByteSpan bytes, std::string_view source) {
  Decoder decoder;
  open(decoder, bytes, std::string(source));
  return upright(ImageSize{decoder.info.image_width, decoder.info.image_height},
                 orientation(decoder));
}

Image read_jpeg(ByteSpan bytes, std::string_view source, int64_t max_pixels) {
  const std::string where(source);
  Decoder decoder;
  open(decoder, bytes, where);
  jpeg_decompress_struct& info = decoder.info;
  check(info, bytes.size(), max_pixels, where);
  const bool grey = info.jpeg_color_space == JCS_GRAYSCALE;
  const bool cmyk = info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK;
  if (!grey && !cmyk && info.jpeg_color_space != JCS_YCbCr && info.jpeg_color_space != JCS_RGB)
    throw Error("JPEG has " + std::to_string(info.num_components) +
                    " channels of a meaning that is not known",
                where);
  info.out_color_space = grey ? JCS_GRAYSCALE : cmyk ? JCS_CMYK : JCS_RGB;
  const int orient = orientation(decoder);
  Image image{info.image_width, info.image_height, grey ? 1 : cmyk ? 4 : 3, {}};
  image.pixels.resize(static_cast<size_t>(image.width * image.height * image.channels));
  if (!read_rows(decoder, image.pixels.data())) fail(decoder, bytes, where);
  if (cmyk) image = from_cmyk(image, info.saw_Adobe_marker);
  return upright(std::move(image), orient);
}

}  // namespace gannet
