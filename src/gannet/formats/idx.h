// IDX, the format of MNIST (yann.lecun.com/exdb/mnist): unsigned bytes, 1 to 3 axes, plain or
// gzipped.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "gannet/base/files.h"

namespace gannet {

struct IdxArray {
  std::vector<int64_t> shape;   // [N] labels, [N, D] vectors, [N, H, W] images
  std::vector<uint8_t> values;  // row-major

  bool operator==(const IdxArray&) const = default;
};

bool is_idx(ByteSpan bytes);  // by its magic number; of a gzipped file only that it is gzip

// Throws Error naming a wrong magic number, type or number of axes, a length that is not exactly
// what the axes say, and more than `limit` bytes (before they are allocated).
IdxArray read_idx(ByteSpan bytes, std::string_view source, uint64_t limit = uint64_t{1} << 32);

Bytes write_idx(const IdxArray& array);  // plain; gzip() does the rest

}  // namespace gannet
