// A TIFF as libtiff opens it, and its first page. Not part of the library's interface.
#pragma once

#include <tiffio.h>

#include <cmath>
#include <memory>
#include <string>

#include "gannet/base/files.h"

namespace gannet {

// The bytes as a file of libtiff, and what it complained of first.
struct TiffSource {
  ByteSpan bytes;
  uint64_t at = 0;
  std::string error, warning;
};

struct TiffCloser {
  void operator()(TIFF* file) const { TIFFClose(file); }
};
using TiffFile = std::unique_ptr<TIFF, TiffCloser>;

// Null where libtiff refuses it. `source` must outlive the file.
TiffFile open_tiff(TiffSource& source);

// What the directory says of the first page.
struct TiffPage {
  uint32_t width = 0, height = 0;
  uint16_t samples = 1, bits = 1, photometric = PHOTOMETRIC_MINISBLACK, orientation = 1;
  uint16_t format = SAMPLEFORMAT_UINT, planes = PLANARCONFIG_CONTIG;
  bool has_alpha = false, premultiplied = false;

  bool is_float() const { return format == SAMPLEFORMAT_IEEEFP; }
  bool is_palette() const { return photometric == PHOTOMETRIC_PALETTE; }
  bool is_grey() const {
    return photometric == PHOTOMETRIC_MINISBLACK || photometric == PHOTOMETRIC_MINISWHITE;
  }
  // Else libtiff makes RGB of it.
  bool is_plain() const { return is_grey() || is_palette() || photometric == PHOTOMETRIC_RGB; }
  double white() const {
    if (!is_plain() || is_palette()) return 255;
    if (is_float()) return 1;
    return std::exp2(bits - (format == SAMPLEFORMAT_INT)) - 1;
  }
};

// One sample of a row of packed ones.
double tiff_sample(const uint8_t* row, size_t index, const TiffPage& page);

}  // namespace gannet
