#include "gannet/formats/idx.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "gannet/base/error.h"
#include "gannet/formats/bytes.h"
#include "gannet/formats/gzip.h"

namespace gannet {
namespace {

constexpr uint64_t kUnsignedByte = 0x08;
constexpr uint64_t kMostAxes = 3;

std::string hex(uint64_t byte) {
  return std::string("0x") + "0123456789abcdef"[byte >> 4] + "0123456789abcdef"[byte & 15];
}

}  // namespace

bool is_idx(ByteSpan bytes) {
  return is_gzip(bytes) || (bytes.size() >= 4 && bytes[0] == std::byte{0} &&
                            bytes[1] == std::byte{0} && bytes[2] == std::byte{kUnsignedByte});
}

IdxArray read_idx(ByteSpan bytes, std::string_view source, uint64_t limit) {
  Bytes unpacked;
  if (is_gzip(bytes)) {
    unpacked = gunzip(bytes, source, limit);
    bytes = unpacked;
  }
  ByteReader file(bytes, source);
  if (file.big(2) != 0) file.fail("not an IDX file: its first two bytes are not zero");
  const uint64_t type = file.big(1), axes = file.big(1);
  if (type != kUnsignedByte) {
    file.fail("IDX values are of type " + hex(type) + ", expected 0x08 (unsigned bytes)");
  }
  if (axes < 1 || axes > kMostAxes) {
    file.fail("IDX array has " + std::to_string(axes) + " axes, expected 1 to 3");
  }
  IdxArray array;
  for (uint64_t i = 0; i < axes; ++i) array.shape.push_back(static_cast<int64_t>(file.big(4)));
  const std::optional<uint64_t> size = array_bytes(array.shape, Dtype::U8);
  if (!size || *size > limit) {
    file.fail("IDX array " + shape_text(array.shape) + " is larger than " + std::to_string(limit) +
              " bytes");
  }
  const ByteSpan values = file.take(*size);
  if (file.left() > 0) {
    file.fail("IDX array " + shape_text(array.shape) + " is followed by " +
              std::to_string(file.left()) + " bytes too many");
  }
  array.values.resize(values.size());
  std::transform(values.begin(), values.end(), array.values.begin(), std::to_integer<uint8_t>);
  return array;
}

Bytes write_idx(const IdxArray& array) {
  if (array.shape.empty() || array.shape.size() > kMostAxes ||
      array_bytes(array.shape, Dtype::U8) != array.values.size() ||
      std::any_of(array.shape.begin(), array.shape.end(),
                  [](int64_t n) { return n > 0xffffffff; })) {
    throw Error("shape " + shape_text(array.shape) + " does not suit " +
                    std::to_string(array.values.size()) + " values",
                "IDX");
  }
  Bytes bytes;
  append_big(bytes, kUnsignedByte << 8 | array.shape.size(), 4);
  for (const int64_t size : array.shape) append_big(bytes, static_cast<uint64_t>(size), 4);
  append(bytes, std::as_bytes(std::span(array.values)));
  return bytes;
}

}  // namespace gannet
