#include "gannet/formats/webp.h"

#include <webp/decode.h>
#include <webp/encode.h>

#include <string>

#include "gannet/base/error.h"
#include "gannet/formats/bytes.h"
#include "gannet/formats/detail/webp_parts.h"
#include "gannet/formats/exif.h"

namespace gannet {
namespace {

const uint8_t* data_of(ByteSpan bytes) { return reinterpret_cast<const uint8_t*>(bytes.data()); }

}  // namespace

bool is_webp(ByteSpan bytes) {
  const std::string_view text = as_text(bytes.first(std::min<size_t>(bytes.size(), 12)));
  return text.size() == 12 && text.starts_with("RIFF") && text.ends_with("WEBP");
}

WebpHeader read_webp_header(ByteSpan bytes, std::string_view source) {
  const std::string where(source);
  if (!is_webp(bytes)) throw Error("not a WebP file", where);
  ByteReader file(bytes, source);
  file.take(4);
  // The length in front counts what follows it; odd chunks are padded to even ones.
  const uint64_t size = 8 + file.little(4);
  if (size > bytes.size())
    throw Error("WebP is truncated at " + std::to_string(bytes.size()) + " of " +
                    std::to_string(size) + " bytes",
                where);
  file = ByteReader(bytes.first(size), source);  // what follows is ignored, as other readers do
  file.take(8);
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(data_of(bytes), bytes.size(), &features) != VP8_STATUS_OK)
    throw Error("WebP is damaged (its header)", where);
  WebpHeader header{.size = {features.width, features.height},
                    .alpha = features.has_alpha != 0,
                    .animated = features.has_animation != 0};
  file.take(4);
  while (file.left() >= 8) {
    const std::string_view name = as_text(file.take(4));
    const uint64_t length = file.little(4);
    const ByteSpan chunk = file.take(std::min(length, file.left()));
    file.take(std::min<uint64_t>(length % 2, file.left()));
    if (name == "EXIF") header.orientation = exif_orientation(chunk);
  }
  return header;
}

void check_pixels(const WebpHeader& header, int64_t frames, int64_t max_pixels,
                  const std::string& where) {
  const auto [width, height] = header.size;
  if (width * height > max_pixels / std::max<int64_t>(frames, 1))
    throw Error("WebP of " + (frames > 1 ? std::to_string(frames) + " frames of " : "") +
                    std::to_string(width) + "x" + std::to_string(height) + " has more than " +
                    std::to_string(max_pixels) + " pixels",
                where);
}

ImageSize read_webp_size(ByteSpan bytes, std::string_view source) {
  const WebpHeader header = read_webp_header(bytes, source);
  return upright(header.size, header.orientation);
}

Image read_webp(ByteSpan bytes, std::string_view source, int64_t max_pixels) {
  const std::string where(source);
  const WebpHeader header = read_webp_header(bytes, source);
  if (header.animated)
    throw Error("WebP is an animation, expected one image (Pillow makes files of its frames)",
                where,
                "python3 -c \"from PIL import Image, ImageSequence as S; [f.convert('RGB').save("
                "f'FOLDER/{i:05}.png') for i, f in enumerate(S.Iterator(Image.open('FILE')))]\"");
  check_pixels(header, 1, max_pixels, where);
  Image image{header.size.width, header.size.height, header.alpha ? 4 : 3, {}};
  image.pixels.resize(static_cast<size_t>(image.width * image.height * image.channels));
  const auto decode = header.alpha ? WebPDecodeRGBAInto : WebPDecodeRGBInto;
  if (decode(data_of(bytes), bytes.size(), image.pixels.data(), image.pixels.size(),
             static_cast<int>(image.width * image.channels)) == nullptr)
    throw Error("WebP is damaged or truncated", where);
  return upright(std::move(image), header.orientation);
}

WebpEncoding::WebpEncoding(std::optional<int> quality) {
  if (!WebPConfigInit(&config)) throw Error("libwebp is of another version", "WebP");
  if (quality && (*quality < 0 || *quality > 100))
    throw Error("quality is " + std::to_string(*quality) + ", expected 0 to 100", "WebP");
  config.lossless = !quality;
  config.exact = 1;  // colours under alpha 0 too
  // Lossless: how hard to try.
  config.quality = static_cast<float>(quality.value_or(75));
}

WebpPixels::WebpPixels(const Image& image) {
  const auto [width, height, channels] = std::tuple(image.width, image.height, image.channels);
  const bool good = width > 0 && height > 0 && width <= WEBP_MAX_DIMENSION &&
                    height <= WEBP_MAX_DIMENSION &&
                    (channels == 1 || channels == 3 || channels == 4) &&
                    image.pixels.size() == static_cast<uint64_t>(width * height * channels);
  if (!good)
    throw Error("image of " + std::to_string(width) + "x" + std::to_string(height) + "x" +
                    std::to_string(channels) + " with " + std::to_string(image.pixels.size()) +
                    " samples cannot be written",
                "WebP");
  if (!WebPPictureInit(&pixels)) throw Error("libwebp is of another version", "WebP");
  pixels.use_argb = 1;
  pixels.width = static_cast<int>(width);
  pixels.height = static_cast<int>(height);
  const Image colour = as_colour(image);
  const auto import = channels == 4 ? WebPPictureImportRGBA : WebPPictureImportRGB;
  if (!import(&pixels, colour.pixels.data(), static_cast<int>(width * colour.channels)))
    throw Error("no memory for libwebp", "WebP");
}

WebpPixels::~WebpPixels() { WebPPictureFree(&pixels); }

Bytes write_webp(const Image& image, std::optional<int> quality) {
  WebpEncoding encoding(quality);
  WebpPixels pixels(image);
  Bytes out;
  pixels.pixels.custom_ptr = &out;
  pixels.pixels.writer = [](const uint8_t* data, size_t size, const WebPPicture* from) {
    auto* to = static_cast<Bytes*>(from->custom_ptr);
    try {
      append(*to, std::as_bytes(std::span(data, size)));
    } catch (const std::exception&) {
      return 0;
    }
    return 1;
  };
  if (!WebPEncode(&encoding.config, &pixels.pixels))
    throw Error("libwebp failed (error " + std::to_string(pixels.pixels.error_code) + ")", "WebP");
  return out;
}

}  // namespace gannet
