#include "gannet/formats/bytes.h"

#include <array>
#include <bit>
#include <limits>

namespace gannet {
namespace {

static_assert(std::endian::native == std::endian::little,
              "arrays are read and written as they lie");

struct DtypeRow {
  std::string_view name;
  uint64_t size;
};
constexpr std::array<DtypeRow, 13> kDtypes = {{{"F64", 8},
                                               {"F32", 4},
                                               {"F16", 2},
                                               {"BF16", 2},
                                               {"I64", 8},
                                               {"I32", 4},
                                               {"I16", 2},
                                               {"I8", 1},
                                               {"U64", 8},
                                               {"U32", 4},
                                               {"U16", 2},
                                               {"U8", 1},
                                               {"BOOL", 1}}};

}  // namespace

uint64_t dtype_size(Dtype type) { return kDtypes.at(static_cast<size_t>(type)).size; }
std::string_view dtype_name(Dtype type) { return kDtypes.at(static_cast<size_t>(type)).name; }

std::optional<Dtype> find_dtype(std::string_view name) {
  for (size_t i = 0; i < kDtypes.size(); ++i) {
    if (kDtypes[i].name == name) return static_cast<Dtype>(i);
  }
  return std::nullopt;
}

std::optional<uint64_t> array_bytes(const std::vector<int64_t>& shape, Dtype type) {
  constexpr auto kMost = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  uint64_t bytes = dtype_size(type);
  bool empty = false;
  for (const int64_t size : shape) {
    if (size < 0) return std::nullopt;
    // An empty axis does not excuse the others: their product is computed by whoever uses the
    // shape.
    empty = empty || size == 0;
    const uint64_t factor = size == 0 ? 1 : static_cast<uint64_t>(size);
    if (bytes > kMost / factor) return std::nullopt;
    bytes *= factor;
  }
  return empty ? 0 : bytes;
}

std::string shape_text(const std::vector<int64_t>& shape) {
  std::string text = "[";
  for (const int64_t size : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(size);
  return text + "]";
}

void ByteReader::need(uint64_t count) const {
  if (count <= left()) return;
  const uint64_t most = std::numeric_limits<uint64_t>::max();
  const uint64_t wanted = count > most - position_ ? most : position_ + count;
  fail("truncated at " + std::to_string(bytes_.size()) + " of " + std::to_string(wanted) +
       " bytes");
}

ByteSpan ByteReader::take(uint64_t count) {
  need(count);
  const ByteSpan taken = bytes_.subspan(position_, count);
  position_ += count;
  return taken;
}

uint64_t ByteReader::little(int count) {
  const ByteSpan bytes = take(static_cast<uint64_t>(count));
  uint64_t value = 0;
  for (int i = count - 1; i >= 0; --i) value = value << 8 | std::to_integer<uint64_t>(bytes[i]);
  return value;
}

uint64_t ByteReader::big(int count) {
  uint64_t value = 0;
  for (const std::byte b : take(static_cast<uint64_t>(count))) {
    value = value << 8 | std::to_integer<uint64_t>(b);
  }
  return value;
}

void ByteReader::fail(std::string what, std::string hint) const {
  throw Error(std::move(what), source_, std::move(hint));
}

void append(Bytes& to, ByteSpan bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }
void append(Bytes& to, std::string_view text) { append(to, as_bytes(text)); }

void append_little(Bytes& to, uint64_t value, int count) {
  for (int i = 0; i < count; ++i) to.push_back(static_cast<std::byte>(value >> 8 * i & 0xff));
}

void append_big(Bytes& to, uint64_t value, int count) {
  for (int i = count - 1; i >= 0; --i) to.push_back(static_cast<std::byte>(value >> 8 * i & 0xff));
}

}  // namespace gannet
