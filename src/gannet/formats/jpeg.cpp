#include "gannet/formats/jpeg.h"

#include <cstdio>
// jpeglib.h needs stdio's FILE and size_t before it.
#include <jerror.h>
#include <jpeglib.h>

#include <algorithm>
#include <csetjmp>
#include <span>
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
  bool in_header = true;
  bool ended = false;  // more bytes were wanted than there are; the decoder reads an end mark
  char text[JMSG_LENGTH_MAX] = "";
};

[[noreturn]] void on_error(j_common_ptr info) {
  auto* failure = reinterpret_cast<Failure*>(info->err);
  failure->base.format_message(info, failure->text);
  std::longjmp(failure->jump, 1);
}

// Level -1 is "corrupt data": the decoder would go on and draw grey. These say nothing about the
// pixels: odd versions, stray bytes in the header and before the end mark, and no end mark. Where
// the pixels themselves are cut, another message follows.
bool is_harmless(Failure& failure) {
  const int code = failure.base.msg_code;
  if (code == JWRN_JPEG_EOF) failure.ended = true;
  if (code == JWRN_EXTRANEOUS_DATA)
    return failure.in_header || failure.base.msg_parm.i[1] == JPEG_EOI;
  return code == JWRN_JPEG_EOF || code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM;
}

void on_message(j_common_ptr info, int level) {
  if (level < 0 && !is_harmless(*reinterpret_cast<Failure*>(info->err))) on_error(info);
}

void on_output(j_common_ptr) {}

struct Progress {
  jpeg_progress_mgr base{};
  unsigned components = 0;  // that a scan brought, a bit each
};

void on_progress(j_common_ptr info) {
  const auto decoder = reinterpret_cast<j_decompress_ptr>(info);
  if (decoder->input_scan_number > kMostScans) ERREXIT(info, JERR_BAD_PROGRESSION);
  auto* progress = reinterpret_cast<Progress*>(info->progress);
  for (int i = 0; i < decoder->comps_in_scan; ++i)
    progress->components |= 1u << decoder->cur_comp_info[i]->component_index;
}

struct Decoder {
  jpeg_decompress_struct info{};
  Failure failure{};
  Progress progress{};
  bool all_bits = false;

  Decoder() {
    info.err = jpeg_std_error(&failure.base);
    failure.base.error_exit = on_error;
    failure.base.emit_message = on_message;
    failure.base.output_message = on_output;
    progress.base.progress_monitor = on_progress;
  }
  ~Decoder() { jpeg_destroy_decompress(&info); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
};

bool read_header(Decoder& decoder, ByteSpan bytes) {
  if (setjmp(decoder.failure.jump) != 0) return false;
  jpeg_create_decompress(&decoder.info);
  decoder.info.progress = &decoder.progress.base;
  jpeg_mem_src(&decoder.info, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  jpeg_save_markers(&decoder.info, kExifMarker, 0xffff);
  jpeg_read_header(&decoder.info, TRUE);
  decoder.failure.in_header = false;
  return true;
}

// Has a progressive file brought every bit of every coefficient? To be asked before the end, which
// frees them.
bool has_all_bits(const jpeg_decompress_struct& info) {
  if (!info.progressive_mode || info.coef_bits == nullptr) return true;
  for (int c = 0; c < info.num_components; ++c)
    for (const int bits : std::span(info.coef_bits[c], DCTSIZE2))
      if (bits != 0) return false;
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
  decoder.all_bits = has_all_bits(decoder.info);
  jpeg_finish_decompress(&decoder.info);
  return true;
}

// How far it goes: ", in line 9 of 16".
std::string place(const jpeg_decompress_struct& info) {
  if (info.input_scan_number < 1 || info.image_height < 1) return ", in its header";
  const uint64_t rows = uint64_t{DCTSIZE} * static_cast<uint64_t>(info.max_v_samp_factor);
  const uint64_t line = std::min<uint64_t>(info.input_iMCU_row * rows + 1, info.image_height);
  const std::string scan =
      info.progressive_mode ? " of scan " + std::to_string(info.input_scan_number) : "";
  return ", in line " + std::to_string(line) + " of " + std::to_string(info.image_height) + scan;
}

[[noreturn]] void fail(const Decoder& decoder, ByteSpan bytes, const std::string& where) {
  if (decoder.failure.ended)
    throw Error(
        "JPEG is truncated at " + std::to_string(bytes.size()) + " bytes" + place(decoder.info),
        where);
  throw Error("JPEG is damaged (" + std::string(decoder.failure.text) + ")" + place(decoder.info),
              where);
}

// Without an end mark a progressive file may lack whole scans, and others a channel.
bool is_whole(const Decoder& decoder) {
  const unsigned all = (1u << decoder.info.num_components) - 1;
  return decoder.progress.components == all && (decoder.all_bits || !decoder.failure.ended);
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

// Inks to light. JPEGs hold the inks inverted: Adobe's do, and every reader takes all for Adobe's,
// whose marker other programs drop.
Image from_cmyk(const Image& inks) {
  Image result{inks.width, inks.height, 3, {}};
  result.pixels.reserve(inks.pixels.size() / 4 * 3);
  for (size_t i = 0; i < inks.pixels.size(); i += 4)
    for (size_t c = 0; c < 3; ++c)
      result.pixels.push_back(
          static_cast<uint8_t>((inks.pixels[i + c] * inks.pixels[i + 3] + 127) / 255));
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
  if (!is_whole(decoder))
    throw Error(
        "JPEG is truncated at " + std::to_string(bytes.size()) + " bytes, before its last scan",
        where);
  if (cmyk) image = from_cmyk(image);
  return upright(std::move(image), orient);
}

}  // namespace gannet
