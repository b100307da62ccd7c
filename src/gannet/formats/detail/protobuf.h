// Protocol buffers, as far as TensorBoard's event files need them: fields appended to bytes.
#pragma once

#include <bit>
#include <cstdint>

#include "gannet/formats/bytes.h"

namespace gannet::protobuf {

enum Wire : uint64_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

inline void put_varint(Bytes& to, uint64_t value) {
  for (; value >= 0x80; value >>= 7) to.push_back(static_cast<std::byte>((value & 0x7f) | 0x80));
  to.push_back(static_cast<std::byte>(value));
}

inline void put_key(Bytes& to, uint64_t field, Wire wire) { put_varint(to, field << 3 | wire); }

inline void put_integer(Bytes& to, uint64_t field, int64_t value) {
  put_key(to, field, kVarint);
  put_varint(to, static_cast<uint64_t>(value));
}

inline void put_double(Bytes& to, uint64_t field, double value) {
  put_key(to, field, kFixed64);
  append_little(to, std::bit_cast<uint64_t>(value), 8);
}

inline void put_bytes(Bytes& to, uint64_t field, ByteSpan bytes) {
  put_key(to, field, kBytes);
  put_varint(to, bytes.size());
  append(to, bytes);
}

}  // namespace gannet::protobuf
