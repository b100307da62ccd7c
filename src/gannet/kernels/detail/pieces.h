// Sizes of the matrix products' tiles and of what passes through the caches.
#pragma once

#include <cstdint>
#include <vector>

namespace gannet::kernels {

constexpr int64_t kRows = 6;       // of a tile
constexpr int64_t kDepth = 256;    // of a piece of B: 16 kB with vectors of 8
constexpr int64_t kBlock = 96;     // rows of A that pass by a piece
constexpr int64_t kGroup = 32768;  // floats of the panels that are packed together
constexpr int64_t kMaxLanes = 16;  // floats of the widest vector, AVX-512
constexpr int64_t kMaxPanel = 2 * kMaxLanes;

// A piece of the depth: whole taps, or a part of one tap's channels.
struct Piece {
  int64_t tap, taps, channel, channels;
};

// That of one call, n floats at least; until the next one of this thread.
inline const float* zeros(int64_t n) {
  static thread_local std::vector<float> none;
  if (static_cast<int64_t>(none.size()) < n) none.assign(n, 0.0f);
  return none.data();
}

}  // namespace gannet::kernels
