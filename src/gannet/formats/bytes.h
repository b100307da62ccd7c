// Shared by the readers and writers of this folder: a cursor that cannot leave its span, sizes that
// cannot overflow, and the element types of array files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gannet/base/error.h"
#include "gannet/base/files.h"

namespace gannet {

// Element types of arrays in files, by their safetensors names; little-endian.
enum class Dtype : uint8_t { F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL };

uint64_t dtype_size(Dtype type);  // bytes of one element
std::string_view dtype_name(Dtype type);
std::optional<Dtype> find_dtype(std::string_view name);

// Bytes of an array; none where a size is negative or the product does not fit in 63 bits. [] is
// one element.
std::optional<uint64_t> array_bytes(const std::vector<int64_t>& shape, Dtype type);

std::string shape_text(const std::vector<int64_t>& shape);  // "[60000, 28, 28]"

// Walks over bytes from the front. Every step past the end throws Error "truncated at N of M
// bytes", where N is what there is and M what there should at least be, counted from the beginning.
class ByteReader {
 public:
  ByteReader(ByteSpan bytes, std::string_view source) : bytes_(bytes), source_(source) {}

  ByteSpan take(uint64_t count);
  void need(uint64_t count) const;  // throws where take would
  uint64_t little(int count);       // an unsigned integer of up to 8 bytes
  uint64_t big(int count);
  uint64_t position() const { return position_; }
  uint64_t left() const { return bytes_.size() - position_; }
  const std::string& source() const { return source_; }
  [[noreturn]] void fail(std::string what, std::string hint = "") const;

 private:
  ByteSpan bytes_;
  std::string source_;
  uint64_t position_ = 0;
};

void append(Bytes& to, ByteSpan bytes);
void append(Bytes& to, std::string_view text);
void append_little(Bytes& to, uint64_t value, int count);
void append_big(Bytes& to, uint64_t value, int count);

}  // namespace gannet
