#include "gannet/formats/tiff.h"

#include <tiffio.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "gannet/base/error.h"
#include "gannet/formats/detail/tiff_file.h"

namespace gannet {
namespace {

constexpr tmsize_t kMostAlloc = tmsize_t{1} << 30;  // bytes at once, in libtiff
constexpr uint64_t kMostRatio = 5000;               // bytes of samples for one stored, about LZW's

class Reader {
 public:
  Reader(ByteSpan bytes, std::string_view source) : from_{bytes, 0, "", ""}, where_(source) {
    if (!is_tiff(bytes)) throw Error("not a TIFF file", where_);
    file_ = open_tiff(from_);
    if (!file_) fail();
    read_page();
  }

  const TiffPage& page() const { return page_; }
  bool more_pages() const { return TIFFLastDirectory(file_.get()) == 0; }

  DeepImage read(int64_t max_pixels) {
    check_size(max_pixels);
    if (!page_.is_plain()) return converted();
    check_layout();
    DeepImage image{.width = page_.width,
                    .height = page_.height,
                    .channels = channels(),
                    .white = page_.white(),
                    .values = {},
                    .orientation = page_.orientation};
    image.values.resize(size_t{page_.width} * page_.height * static_cast<size_t>(image.channels));
    read_palette();
    TIFFIsTiled(file_.get()) != 0 ? read_tiles(image) : read_rows(image);
    if (page_.premultiplied) divide_by_alpha(image);
    return image;
  }

 private:
  [[noreturn]] void fail() const {
    const std::string& why = from_.error.empty() ? from_.warning : from_.error;
    throw Error("TIFF is damaged or cut" + (why.empty() ? "" : " (" + why + ")"), where_);
  }

  template <class T>
  void get(uint32_t tag, T& value) {
    T found{};
    if (TIFFGetFieldDefaulted(file_.get(), tag, &found) == 1) value = found;
  }

  void read_page() {
    get(TIFFTAG_IMAGEWIDTH, page_.width);
    get(TIFFTAG_IMAGELENGTH, page_.height);
    get(TIFFTAG_SAMPLESPERPIXEL, page_.samples);
    get(TIFFTAG_BITSPERSAMPLE, page_.bits);
    get(TIFFTAG_PHOTOMETRIC, page_.photometric);
    get(TIFFTAG_SAMPLEFORMAT, page_.format);
    get(TIFFTAG_PLANARCONFIG, page_.planes);
    get(TIFFTAG_ORIENTATION, page_.orientation);
    if (page_.format == SAMPLEFORMAT_VOID) page_.format = SAMPLEFORMAT_UINT;
    if (page_.width < 1 || page_.height < 1) throw Error("TIFF has no image", where_);
    const int colours = page_.photometric == PHOTOMETRIC_RGB ? 3 : 1;
    uint16_t count = 0, *kinds = nullptr;
    TIFFGetFieldDefaulted(file_.get(), TIFFTAG_EXTRASAMPLES, &count, &kinds);
    // A fourth channel that is not explained is alpha, as other readers take it.
    const bool alpha = count > 0 && kinds != nullptr ? kinds[0] != EXTRASAMPLE_UNSPECIFIED : true;
    page_.has_alpha = page_.samples == colours + 1 && !page_.is_palette() && alpha;
    page_.premultiplied =
        page_.has_alpha && count > 0 && kinds != nullptr && kinds[0] == EXTRASAMPLE_ASSOCALPHA;
  }

  int64_t channels() const {
    return page_.has_alpha ? 4 : page_.is_palette() || page_.photometric == PHOTOMETRIC_RGB ? 3 : 1;
  }

  std::string size_text() const {
    return "TIFF of " + std::to_string(page_.width) + "x" + std::to_string(page_.height);
  }

  void check_size(int64_t max_pixels) const {
    const uint64_t pixels = uint64_t{page_.width} * page_.height;
    if (pixels > static_cast<uint64_t>(max_pixels))
      throw Error(size_text() + " has more than " + std::to_string(max_pixels) + " pixels", where_);
    const uint64_t stored = pixels * page_.samples / 8 * page_.bits;
    if (stored / kMostRatio > from_.bytes.size())
      throw Error(size_text() + " cannot fit " + std::to_string(from_.bytes.size()) + " bytes",
                  where_);
  }

  void check_layout() const {
    const std::vector<int> depths =
        page_.is_float() ? std::vector{32, 64} : std::vector{1, 2, 4, 8, 16, 32};
    const bool known =
        page_.format == SAMPLEFORMAT_UINT || page_.format == SAMPLEFORMAT_INT || page_.is_float();
    if (!known || std::ranges::find(depths, page_.bits) == depths.end())
      throw Error("TIFF has samples of " + std::to_string(page_.bits) + " bits" +
                      (page_.is_float() ? " in floating point"
                       : known          ? ""
                                        : " of an unknown format") +
                      ", expected 1, 2, 4, 8, 16 or 32, or floating point of 32 or 64",
                  where_);
    const int colours = page_.photometric == PHOTOMETRIC_RGB ? 3 : 1;
    if (page_.samples != colours && page_.samples != colours + 1)
      throw Error("TIFF has " + std::to_string(page_.samples) + " channels, expected " +
                      (colours == 3 ? "3 or 4 of RGB" : "1 or 2 of grey"),
                  where_);
  }

  void read_palette() {
    if (!page_.is_palette()) return;
    uint16_t* colours[3] = {};
    if (page_.bits > 8 ||
        TIFFGetField(file_.get(), TIFFTAG_COLORMAP, &colours[0], &colours[1], &colours[2]) != 1)
      throw Error("TIFF has no palette for its samples", where_);
    for (size_t i = 0; i < size_t{1} << page_.bits; ++i)
      for (const uint16_t* colour : colours) palette_.push_back(static_cast<float>(colour[i] >> 8));
  }

  // Sample `s` of a pixel goes to its place; others than grey, colours and alpha are left out.
  void put(double value, uint16_t s, float* pixel) const {
    const auto v = static_cast<float>(value);
    if (page_.is_palette()) {
      const size_t colour = 3 * static_cast<size_t>(value);
      if (s == 0 && colour + 2 < palette_.size())
        std::copy_n(palette_.begin() + static_cast<std::ptrdiff_t>(colour), 3, pixel);
    } else if (page_.is_grey()) {
      const bool turned = page_.photometric == PHOTOMETRIC_MINISWHITE;
      if (s == 0)
        std::fill_n(pixel, page_.has_alpha ? 3 : 1,
                    turned ? static_cast<float>(page_.white()) - v : v);
      if (s == 1 && page_.has_alpha) pixel[3] = v;
    } else if (s < (page_.has_alpha ? 4 : 3)) {
      pixel[s] = v;
    }
  }

  // A block of `stride` pixels a row whose first is at (x, y); with separate planes only sample s.
  void put_block(DeepImage& image, const uint8_t* block, size_t row_bytes, ImageSize size,
                 ImageSize at, uint16_t s) const {
    const bool separate = page_.planes == PLANARCONFIG_SEPARATE;
    const uint16_t count = separate ? 1 : page_.samples;
    for (int64_t y = 0; y < std::min(size.height, image.height - at.height); ++y) {
      const uint8_t* row = block + static_cast<size_t>(y) * row_bytes;
      for (int64_t x = 0; x < std::min(size.width, image.width - at.width); ++x) {
        float* pixel =
            image.values.data() + ((at.height + y) * image.width + at.width + x) * image.channels;
        for (uint16_t c = 0; c < count; ++c)
          put(tiff_sample(row, static_cast<size_t>(x) * count + c, page_), separate ? s : c, pixel);
      }
    }
  }

  uint16_t plane_count() const { return page_.planes == PLANARCONFIG_SEPARATE ? page_.samples : 1; }

  // Bytes of a row of so many pixels.
  size_t row_bytes(uint64_t pixels) const {
    const uint64_t samples = page_.planes == PLANARCONFIG_SEPARATE ? 1 : page_.samples;
    return static_cast<size_t>((pixels * samples * page_.bits + 7) / 8);
  }

  void read_rows(DeepImage& image) {
    const size_t needed = row_bytes(page_.width);
    const uint64_t size = TIFFScanlineSize64(file_.get());
    if (size < needed || size > uint64_t{kMostAlloc}) fail();
    std::vector<uint8_t> row(static_cast<size_t>(size));
    for (uint16_t s = 0; s < plane_count(); ++s)
      for (uint32_t y = 0; y < page_.height; ++y) {
        if (TIFFReadScanline(file_.get(), row.data(), y, s) != 1) fail_at(y);
        put_block(image, row.data(), row.size(), {page_.width, 1}, {0, y}, s);
      }
  }

  [[noreturn]] void fail_at(uint32_t y) const {
    throw Error("TIFF is damaged or cut in line " + std::to_string(y + 1) + " of " +
                    std::to_string(page_.height) +
                    (from_.error.empty() ? "" : " (" + from_.error + ")"),
                where_);
  }

  void read_tiles(DeepImage& image) {
    uint32_t width = 0, height = 0;
    get(TIFFTAG_TILEWIDTH, width);
    get(TIFFTAG_TILELENGTH, height);
    const uint64_t size = TIFFTileSize64(file_.get());
    if (width < 1 || height < 1 || uint64_t{width} * height > (uint64_t{1} << 28)) fail();
    if (size < uint64_t{row_bytes(width)} * height || size > uint64_t{kMostAlloc} ||
        size / kMostRatio > from_.bytes.size())
      fail();
    std::vector<uint8_t> tile(static_cast<size_t>(size));
    for (uint16_t s = 0; s < plane_count(); ++s)
      for (uint32_t y = 0; y < page_.height; y += height)
        for (uint32_t x = 0; x < page_.width; x += width) {
          if (TIFFReadTile(file_.get(), tile.data(), x, y, 0, s) < 0) fail_at(y);
          put_block(image, tile.data(), row_bytes(width), {width, height}, {x, y}, s);
          if (y > UINT32_MAX - height || x > UINT32_MAX - width) fail();
        }
  }

  static void divide_by_alpha(DeepImage& image) {
    const auto white = static_cast<float>(image.white);
    for (size_t i = 0; i + 3 < image.values.size(); i += 4)
      for (size_t c = 0; c < 3; ++c)
        if (const float alpha = image.values[i + 3]; alpha > 0)
          image.values[i + c] = std::min(white, image.values[i + c] * white / alpha);
  }

  // By libtiff itself, to 8 bits without alpha.
  DeepImage converted() {
    char reason[1024] = "";
    TIFFRGBAImage rgba;
    if (TIFFRGBAImageOK(file_.get(), reason) == 0 ||
        TIFFRGBAImageBegin(&rgba, file_.get(), 1, reason) == 0)
      throw Error("TIFF cannot be read (" + std::string(reason) + ")", where_);
    const std::unique_ptr<TIFFRGBAImage, decltype(&TIFFRGBAImageEnd)> end(&rgba, TIFFRGBAImageEnd);
    rgba.req_orientation = rgba.orientation;
    std::vector<uint32_t> raster(size_t{page_.width} * page_.height);
    if (TIFFRGBAImageGet(&rgba, raster.data(), page_.width, page_.height) == 0) fail();
    DeepImage image{.width = page_.width,
                    .height = page_.height,
                    .channels = 3,
                    .white = 255,
                    .values = {},
                    .orientation = page_.orientation};
    image.values.reserve(3 * raster.size());
    for (const uint32_t pixel : raster)
      for (const uint32_t value : {TIFFGetR(pixel), TIFFGetG(pixel), TIFFGetB(pixel)})
        image.values.push_back(static_cast<float>(value));
    return image;
  }

  TiffSource from_;
  std::string where_;
  TiffFile file_;
  TiffPage page_;
  std::vector<float> palette_;  // R, G, B of each sample
};

}  // namespace

bool is_tiff(ByteSpan bytes) {
  const std::string_view text = as_text(bytes.first(std::min<size_t>(bytes.size(), 4)));
  using namespace std::string_view_literals;
  return text == "II*\0"sv || text == "MM\0*"sv || text == "II+\0"sv || text == "MM\0+"sv;
}

TiffInfo read_tiff_info(ByteSpan bytes, std::string_view source) {
  const Reader reader(bytes, source);
  const TiffPage& page = reader.page();
  return {.size = upright(ImageSize{page.width, page.height}, page.orientation),
          .white = page.white(),
          .more_pages = reader.more_pages()};
}

ImageSize read_tiff_size(ByteSpan bytes, std::string_view source) {
  return read_tiff_info(bytes, source).size;
}

DeepImage read_deep_tiff(ByteSpan bytes, std::string_view source, int64_t max_pixels) {
  return Reader(bytes, source).read(max_pixels);
}

Image read_tiff(ByteSpan bytes, std::string_view source, int64_t max_pixels) {
  try {
    return to_image(read_deep_tiff(bytes, source, max_pixels));
  } catch (const Error& error) {
    if (!error.where().empty() || source.empty()) throw;
    throw Error(error.what(), std::string(source), error.hint());
  }
}

}  // namespace gannet
