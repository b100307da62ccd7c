// Checksums: SHA-256 (FIPS 180-4), CRC-32 (zip) and CRC-32C (TensorBoard).
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "gannet/base/files.h"

namespace gannet {

class Sha256 {
 public:
  // by_instructions: those that most x86 CPUs have for it, where this one does; some ten times as
  // fast.
  explicit Sha256(bool by_instructions = true);
  void update(ByteSpan bytes);
  std::array<uint8_t, 32> digest() const;  // of everything so far
  std::string hex() const;                 // the same as 64 lowercase hex digits

 private:
  void blocks(const std::byte* bytes, size_t count);

  bool by_instructions_;
  std::array<uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::byte, 64> buffer_{};
  uint64_t length_ = 0;  // bytes
};

std::string sha256_hex(ByteSpan bytes);

uint32_t crc32(ByteSpan bytes, uint32_t before = 0);  // `before`: of the bytes in front of these
uint32_t crc32_join(uint32_t front, uint32_t back, uint64_t back_length);
uint32_t crc32c(ByteSpan bytes);
uint32_t masked_crc32c(ByteSpan bytes);  // as TFRecord stores it

}  // namespace gannet
