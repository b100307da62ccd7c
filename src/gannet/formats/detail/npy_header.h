// The header of NumPy's files: what the array is, and where its bytes begin.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "gannet/formats/bytes.h"
#include "gannet/formats/npy.h"

namespace gannet {

constexpr std::string_view kNpyMagic = "\x93NUMPY";

struct NpyHeader {
  Dtype dtype = Dtype::F32;
  std::vector<int64_t> shape;
  bool fortran_order = false, big_endian = false;
};

// Of the text after magic, version and length. Throws Error by `file`.
NpyHeader parse_npy_header(std::string_view text, const ByteReader& file);

// With magic, version and length, of at least so many bytes.
Bytes make_npy_header(Dtype dtype, const std::vector<int64_t>& shape, uint64_t least);

}  // namespace gannet
