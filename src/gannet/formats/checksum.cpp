#include "gannet/formats/checksum.h"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace gannet {
namespace {

using ShaState = std::array<uint32_t, 8>;

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS
// 180-4, 4.2.2).
constexpr std::array<uint32_t, 64> kRound = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

uint32_t big_word(const std::byte* bytes) {
  uint32_t word;
  std::memcpy(&word, bytes, 4);
  return __builtin_bswap32(word);
}

// The compression function, FIPS 180-4, 6.2.2.
void compress(ShaState& state, const std::byte* bytes) {
  std::array<uint32_t, 64> w;
  for (size_t t = 0; t < 16; ++t) w[t] = big_word(bytes + 4 * t);
  for (int t = 16; t < 64; ++t) {
    const uint32_t s0 = std::rotr(w[t - 15], 7) ^ std::rotr(w[t - 15], 18) ^ w[t - 15] >> 3;
    const uint32_t s1 = std::rotr(w[t - 2], 17) ^ std::rotr(w[t - 2], 19) ^ w[t - 2] >> 10;
    w[t] = w[t - 16] + s0 + w[t - 7] + s1;
  }
  auto [a, b, c, d, e, f, g, h] = state;
  for (int t = 0; t < 64; ++t) {
    const uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
    const uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + kRound[t] + w[t];
    const uint32_t s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
    const uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
  }
  const std::array<uint32_t, 8> add = {a, b, c, d, e, f, g, h};
  for (int i = 0; i < 8; ++i) state[i] += add[i];
}

#if defined(__x86_64__)
bool has_sha_instructions() {
  unsigned a, b, c, d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (b & bit_SHA) == 0) return false;
  return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSE4_1) != 0;
}

// The same of several blocks. The instructions take the state's words as (A, B, E, F) and (C, D, G,
// H), the first in the highest lane, and do two rounds each.
__attribute__((target("sha,sse4.1"))) void compress_by_instructions(ShaState& state,
                                                                    const std::byte* bytes,
                                                                    size_t count) {
  const auto load = [](const void* from) {
    return _mm_loadu_si128(static_cast<const __m128i*>(from));
  };
  const auto store = [](uint32_t* to, __m128i x) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), x);
  };
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  const __m128i cdab = _mm_shuffle_epi32(load(&state[0]), 0xb1);
  const __m128i efgh = _mm_shuffle_epi32(load(&state[4]), 0x1b);
  __m128i abef0 = _mm_alignr_epi8(cdab, efgh, 8), cdgh0 = _mm_blend_epi16(efgh, cdab, 0xf0);
  for (; count > 0; --count, bytes += 64) {
    __m128i abef = abef0, cdgh = cdgh0, w[4] = {};
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) {  // rounds 4 i to 4 i + 3
      __m128i& now = w[i % 4];
      const __m128i last = w[(i + 3) % 4];
      now = i < 4 ? _mm_shuffle_epi8(load(bytes + 16 * i), big_endian)
                  : _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(now, w[(i + 1) % 4]),
                                                       _mm_alignr_epi8(last, w[(i + 2) % 4], 4)),
                                         last);
      const __m128i k = _mm_add_epi32(now, load(&kRound[4 * i]));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, k);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(k, 0x0e));
    }
    abef0 = _mm_add_epi32(abef0, abef);
    cdgh0 = _mm_add_epi32(cdgh0, cdgh);
  }
  const __m128i feba = _mm_shuffle_epi32(abef0, 0x1b), dchg = _mm_shuffle_epi32(cdgh0, 0xb1);
  store(&state[0], _mm_blend_epi16(feba, dchg, 0xf0));
  store(&state[4], _mm_alignr_epi8(dchg, feba, 8));
}
#else
bool has_sha_instructions() { return false; }
void compress_by_instructions(ShaState&, const std::byte*, size_t) {}
#endif

// CRC-32C by table: the reflected polynomial of Castagnoli et al. 1993.
constexpr std::array<uint32_t, 256> crc32c_table() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ (value & 1 ? 0x82f63b78u : 0);
    table[i] = value;
  }
  return table;
}
constexpr auto kCrc32c = crc32c_table();

}  // namespace

Sha256::Sha256(bool by_instructions) {
  static const bool has = has_sha_instructions();
  by_instructions_ = by_instructions && has;
}

void Sha256::blocks(const std::byte* bytes, size_t count) {
  if (by_instructions_) return compress_by_instructions(state_, bytes, count);
  for (; count > 0; --count, bytes += 64) compress(state_, bytes);
}

void Sha256::update(ByteSpan bytes) {
  const size_t held = length_ % 64;
  length_ += bytes.size();
  if (held > 0) {
    const size_t count = std::min(64 - held, bytes.size());
    std::copy_n(bytes.begin(), count, buffer_.begin() + held);
    bytes = bytes.subspan(count);
    if (held + count < 64) return;
    blocks(buffer_.data(), 1);
  }
  blocks(bytes.data(), bytes.size() / 64);
  bytes = bytes.subspan(bytes.size() / 64 * 64);
  std::copy(bytes.begin(), bytes.end(), buffer_.begin());
}

std::array<uint8_t, 32> Sha256::digest() const {
  Sha256 end = *this;
  const uint64_t bits = length_ * 8;
  const std::array<std::byte, 64> padding = {std::byte{0x80}};
  end.update(ByteSpan(padding).first(1 + (119 - length_ % 64) % 64));
  std::array<std::byte, 8> tail;
  for (int i = 0; i < 8; ++i) tail[i] = static_cast<std::byte>(bits >> (56 - 8 * i) & 0xff);
  end.update(tail);
  std::array<uint8_t, 32> result;
  for (int i = 0; i < 32; ++i) {
    result[i] = static_cast<uint8_t>(end.state_[i / 4] >> (24 - 8 * (i % 4)));
  }
  return result;
}

std::string Sha256::hex() const {
  std::string text;
  for (const uint8_t b : digest()) {
    text += "0123456789abcdef"[b >> 4];
    text += "0123456789abcdef"[b & 15];
  }
  return text;
}

std::string sha256_hex(ByteSpan bytes) {
  Sha256 sha;
  sha.update(bytes);
  return sha.hex();
}

uint32_t crc32(ByteSpan bytes, uint32_t before) {
  if (bytes.empty()) return before;  // zlib begins anew where it gets no bytes
  return static_cast<uint32_t>(
      ::crc32_z(before, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

uint32_t crc32_join(uint32_t front, uint32_t back, uint64_t back_length) {
  return static_cast<uint32_t>(::crc32_combine(front, back, static_cast<z_off_t>(back_length)));
}

uint32_t crc32c(ByteSpan bytes) {
  uint32_t crc = ~uint32_t{0};
  for (const std::byte b : bytes) {
    crc = crc >> 8 ^ kCrc32c[(crc ^ std::to_integer<uint32_t>(b)) & 0xff];
  }
  return ~crc;
}

uint32_t masked_crc32c(ByteSpan bytes) { return std::rotr(crc32c(bytes), 15) + 0xa282ead8u; }

}  // namespace gannet
