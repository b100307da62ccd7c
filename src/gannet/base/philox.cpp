#include "gannet/base/philox.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "gannet/base/error.h"

namespace gannet {
namespace {

constexpr uint32_t kMultiplier0 = 0xD2511F53, kMultiplier1 = 0xCD9E8D57;
constexpr uint32_t kWeyl0 = 0x9E3779B9, kWeyl1 = 0xBB67AE85;
constexpr int kRounds = 10;
constexpr size_t kLanes = 16;  // blocks made side by side, so that the compiler can use vectors

// counters (first + i, c1, c2, c3), i < kLanes; words come out as 4 rows of kLanes.
struct Lanes {
  uint32_t word[4][kLanes];
};

Lanes philox_lanes(uint32_t first, uint32_t c1, uint32_t c2, uint32_t c3, uint64_t seed) {
  Lanes x;
  for (size_t i = 0; i < kLanes; ++i) {
    x.word[0][i] = first + static_cast<uint32_t>(i);
    x.word[1][i] = c1;
    x.word[2][i] = c2;
    x.word[3][i] = c3;
  }
  uint32_t k0 = static_cast<uint32_t>(seed), k1 = static_cast<uint32_t>(seed >> 32);
  for (int round = 0; round < kRounds; ++round, k0 += kWeyl0, k1 += kWeyl1) {
    for (size_t i = 0; i < kLanes; ++i) {
      const uint64_t p0 = uint64_t{kMultiplier0} * x.word[0][i];
      const uint64_t p1 = uint64_t{kMultiplier1} * x.word[2][i];
      x.word[0][i] = static_cast<uint32_t>(p1 >> 32) ^ x.word[1][i] ^ k0;
      x.word[1][i] = static_cast<uint32_t>(p1);
      x.word[2][i] = static_cast<uint32_t>(p0 >> 32) ^ x.word[3][i] ^ k1;
      x.word[3][i] = static_cast<uint32_t>(p0);
    }
  }
  return x;
}

float unit(uint32_t word) { return static_cast<float>(word >> 8) * 0x1p-24f; }

// log of x in (0, 1]: exponent and a polynomial in s = (m - 1) / (m + 1), m in [sqrt(1/2),
// sqrt(2)). Plain multiplications and additions only; the build forbids contraction into fused
// ones.
float own_log(float x) {
  const uint32_t bits = std::bit_cast<uint32_t>(x);
  const uint32_t shifted = bits - 0x3F3504F3u;  // so that m starts at sqrt(1/2)
  const int32_t exponent = static_cast<int32_t>(shifted) >> 23;
  const float m = std::bit_cast<float>((shifted & 0x007FFFFFu) + 0x3F3504F3u);
  const float s = (m - 1.0f) / (m + 1.0f);
  const float q = s * s;
  const float series = 2.0f + q * (0.66666667f + q * (0.4f + q * (0.28571430f + q * 0.2222222f)));
  return s * series + static_cast<float>(exponent) * 0.69314718f;
}

// sine and cosine of 2 pi u, u in [0, 1): the quadrant is exact, then Taylor on [-pi/4, pi/4].
void own_sincos(float u, float& sine, float& cosine) {
  const float turns = u * 4.0f;
  const float quadrant = static_cast<float>(static_cast<int32_t>(turns + 0.5f));
  const float a = (turns - quadrant) * 1.57079633f;
  const float q = a * a;
  const float s =
      a *
      (1.0f + q * (-0.16666667f + q * (8.3333333e-3f + q * (-1.9841270e-4f + q * 2.7557319e-6f))));
  const float c =
      1.0f + q * (-0.5f + q * (4.1666667e-2f +
                               q * (-1.3888889e-3f + q * (2.4801587e-5f - q * 2.7557319e-7f))));
  const uint32_t k = static_cast<uint32_t>(quadrant) & 3u;
  const float swap_s = (k & 1u) ? c : s, swap_c = (k & 1u) ? s : c;
  sine = (k & 2u) ? -swap_s : swap_s;
  cosine = ((k + 1u) & 2u) ? -swap_c : swap_c;
}

void to_normal(uint32_t a, uint32_t b, float& x, float& y) {
  const float radius = std::sqrt(-2.0f * own_log(1.0f - unit(a)));  // 1 - u is in (0, 1]
  float s, c;
  own_sincos(unit(b), s, c);
  x = radius * c;
  y = radius * s;
}

// A few floats: block by block, for z of two numbers must not cost a whole group of lanes.
constexpr size_t kShort = 16;
template <class Put>
void fill_short(const Address& address, uint32_t sample, std::span<float> out, Put put) {
  for (size_t done = 0; done < out.size(); done += 4) {
    float made[4];
    put(address.block(static_cast<uint32_t>(done / 4), sample), made);
    std::copy_n(made, std::min<size_t>(out.size() - done, 4), out.data() + done);
  }
}

// Calls put(words of one group of lanes, floats made so far) until `out` is full; a block makes
// four floats.
template <class Put>
void fill(const Address& address, uint32_t sample, std::span<float> out, Put put) {
  const uint32_t stream = address.stream();
  float made[4 * kLanes];
  for (size_t done = 0; done < out.size(); done += 4 * kLanes) {
    const Lanes x =
        philox_lanes(static_cast<uint32_t>(done / 4), sample, address.step, stream, address.seed);
    put(x, made);
    std::copy_n(made, std::min(out.size() - done, 4 * kLanes), out.data() + done);
  }
}

}  // namespace

Block philox4x32(Block c, std::array<uint32_t, 2> key) {
  for (int round = 0; round < kRounds; ++round, key[0] += kWeyl0, key[1] += kWeyl1) {
    const uint64_t p0 = uint64_t{kMultiplier0} * c[0], p1 = uint64_t{kMultiplier1} * c[2];
    c = {static_cast<uint32_t>(p1 >> 32) ^ c[1] ^ key[0], static_cast<uint32_t>(p1),
         static_cast<uint32_t>(p0 >> 32) ^ c[3] ^ key[1], static_cast<uint32_t>(p0)};
  }
  return c;
}

uint32_t Address::stream() const {
  const auto part = [](uint32_t value, uint32_t bits, const char* name) {
    if (value >> bits)
      throw Error("random stream: " + std::string(name) + " is " + std::to_string(value) +
                      ", at most " + std::to_string((1u << bits) - 1) + " can be addressed",
                  "");
    return value;
  };
  return part(phase, 4, "phase") << 28 | part(repeat, 8, "repeat") << 20 |
         part(static_cast<uint32_t>(purpose), 5, "purpose") << 15 | part(layer, 11, "layer") << 4 |
         part(call, 4, "call");
}

Block Address::block(uint32_t block, uint32_t sample) const {
  return philox4x32({block, sample, step, stream()},
                    {static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)});
}

void uniform(const Address& address, uint32_t sample, std::span<float> out) {
  if (out.size() <= kShort)
    return fill_short(address, sample, out, [](const Block& b, float* made) {
      for (size_t w = 0; w < 4; ++w) made[w] = unit(b[w]);
    });
  fill(address, sample, out, [](const Lanes& x, float* made) {
    for (size_t i = 0; i < kLanes; ++i)
      for (size_t w = 0; w < 4; ++w) made[4 * i + w] = unit(x.word[w][i]);
  });
}

void normal(const Address& address, uint32_t sample, std::span<float> out) {
  if (out.size() <= kShort)
    return fill_short(address, sample, out, [](const Block& b, float* made) {
      to_normal(b[0], b[1], made[0], made[1]);
      to_normal(b[2], b[3], made[2], made[3]);
    });
  fill(address, sample, out, [](const Lanes& x, float* made) {
    float row[4][kLanes];
    for (size_t w = 0; w < 4; w += 2)
      for (size_t i = 0; i < kLanes; ++i)
        to_normal(x.word[w][i], x.word[w + 1][i], row[w][i], row[w + 1][i]);
    for (size_t i = 0; i < kLanes; ++i)
      for (size_t w = 0; w < 4; ++w) made[4 * i + w] = row[w][i];
  });
}

uint32_t integer(const Address& address, uint32_t sample, uint32_t n) {
  if (n == 0) throw Error("random integer below 0 asked for", "");
  const Block b = address.block(0, sample);
  const uint64_t wide = uint64_t{b[1]} << 32 | b[0];
  return static_cast<uint32_t>((static_cast<unsigned __int128>(wide) * n) >> 64);
}

Permutation::Permutation(const Address& address, uint32_t n) : n_(n) {
  if (n == 0) throw Error("a permutation of nothing asked for", "");
  const uint32_t bits = std::max(6, 32 - std::countl_zero(n - 1 == 0 ? 1u : n - 1));
  // Under 6 bits the six rounds are too few for an even spread.
  half_bits_ = (bits + 1) / 2;
  const Block a = address.block(0, 0), b = address.block(1, 0);
  keys_ = {a[0], a[1], a[2], a[3], b[0], b[1]};
}

uint32_t Permutation::operator()(uint32_t position) const {
  if (position >= n_)
    throw Error(
        "position " + std::to_string(position) + " of a permutation of " + std::to_string(n_), "");
  const uint32_t mask = (1u << half_bits_) - 1;
  uint64_t x = position;
  do {  // the domain is under 4 n (64 at least), so a few rounds of walking on average
    uint32_t left = static_cast<uint32_t>(x >> half_bits_), right = static_cast<uint32_t>(x) & mask;
    for (const uint32_t key : keys_) {
      // The mixing function of MurmurHash3's finalizer: any function makes a Feistel network a
      // permutation.
      uint32_t h = right * 0x9E3779B1u ^ key;
      h = (h ^ h >> 16) * 0x85EBCA6Bu;
      h = (h ^ h >> 13) * 0xC2B2AE35u;
      h ^= h >> 16;
      const uint32_t next = left ^ (h & mask);
      left = right;
      right = next;
    }
    x = uint64_t{left} << half_bits_ | right;
  } while (x >= n_);
  return static_cast<uint32_t>(x);
}

}  // namespace gannet
