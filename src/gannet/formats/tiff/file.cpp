#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "gannet/formats/detail/tiff_file.h"

namespace gannet {
namespace {

constexpr tmsize_t kMostAlloc = tmsize_t{1} << 30;  // bytes at once, in libtiff

// What libtiff calls.
struct Functions {
  static TiffSource& of(thandle_t self) { return *static_cast<TiffSource*>(self); }
  static tmsize_t read(thandle_t self, void* to, tmsize_t count) {
    TiffSource& s = of(self);
    const uint64_t left = s.bytes.size() - std::min<uint64_t>(s.at, s.bytes.size());
    const uint64_t n =
        std::min<uint64_t>(left, static_cast<uint64_t>(std::max<tmsize_t>(count, 0)));
    if (n > 0) std::memcpy(to, s.bytes.data() + s.at, n);
    s.at += n;
    return static_cast<tmsize_t>(n);
  }
  static tmsize_t write(thandle_t, void*, tmsize_t) { return 0; }
  static toff_t seek(thandle_t self, toff_t offset, int whence) {
    TiffSource& s = of(self);
    return s.at = offset + (whence == SEEK_CUR ? s.at : whence == SEEK_END ? s.bytes.size() : 0);
  }
  static int close(thandle_t) { return 0; }
  static toff_t size(thandle_t self) { return of(self).bytes.size(); }

  static int on_error(TIFF*, void* self, const char*, const char* format, va_list values) {
    keep_first(of(self).error, format, values);
    return 1;
  }
  static int on_warning(TIFF*, void* self, const char*, const char* format, va_list values) {
    keep_first(of(self).warning, format, values);
    return 1;
  }
  static void keep_first(std::string& text, const char* format, va_list values) {
    if (!text.empty()) return;
    char line[200];
    std::vsnprintf(line, sizeof line, format, values);
    text = line;
    std::ranges::replace(text, '\n', ' ');
    while (text.ends_with('.') || text.ends_with(' ')) text.pop_back();
  }
};

#if TIFFLIB_VERSION < \
    20221213  // before 4.5 libtiff has one handler a process, and no limit of memory
TIFF* open_client(TiffSource& source) {
  static const bool set = [] {
    TIFFSetErrorHandler(nullptr);
    TIFFSetWarningHandler(nullptr);
    TIFFSetErrorHandlerExt([](thandle_t self, const char* module, const char* format, va_list v) {
      Functions::on_error(nullptr, self, module, format, v);
    });
    TIFFSetWarningHandlerExt([](thandle_t self, const char* module, const char* format, va_list v) {
      Functions::on_warning(nullptr, self, module, format, v);
    });
    return true;
  }();
  static_cast<void>(set);
  return TIFFClientOpen("TIFF", "rm", &source, Functions::read, Functions::write, Functions::seek,
                        Functions::close, Functions::size, nullptr, nullptr);
}
#else
struct OptionsCloser {
  void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};

TIFF* open_client(TiffSource& source) {
  const std::unique_ptr<TIFFOpenOptions, OptionsCloser> options(TIFFOpenOptionsAlloc());
  if (!options) return nullptr;
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), kMostAlloc);
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), Functions::on_error, &source);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), Functions::on_warning, &source);
  return TIFFClientOpenExt("TIFF", "rm", &source, Functions::read, Functions::write,
                           Functions::seek, Functions::close, Functions::size, nullptr, nullptr,
                           options.get());
}
#endif

}  // namespace

TiffFile open_tiff(TiffSource& source) { return TiffFile(open_client(source)); }

double tiff_sample(const uint8_t* row, size_t index, const TiffPage& page) {
  const auto load = [&]<class T>(T value) {
    std::memcpy(&value, row + index * sizeof(T), sizeof(T));
    return static_cast<double>(value);
  };
  const bool is_signed = page.format == SAMPLEFORMAT_INT;
  if (page.bits == 8) return is_signed ? load(int8_t{}) : load(uint8_t{});
  if (page.bits == 16) return is_signed ? load(int16_t{}) : load(uint16_t{});
  if (page.bits == 32)
    return page.is_float() ? load(float{}) : is_signed ? load(int32_t{}) : load(uint32_t{});
  if (page.bits == 64) return load(double{});
  const size_t bit = index * page.bits;  // 1, 2 or 4
  return (row[bit / 8] >> (8 - page.bits - bit % 8)) & ((1 << page.bits) - 1);
}

}  // namespace gannet
