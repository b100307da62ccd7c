// The register tile of the matrix products, for the set of instructions that Highway compiles for:
// read once for each.
#if defined(GANNET_KERNELS_TILE) == defined(HWY_TARGET_TOGGLE)
#ifdef GANNET_KERNELS_TILE
#undef GANNET_KERNELS_TILE
#else
#define GANNET_KERNELS_TILE
#endif

#include <hwy/highway.h>

#include <cstring>

#include "gannet/kernels/detail/pieces.h"

HWY_BEFORE_NAMESPACE();
namespace gannet::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

const hn::CappedTag<float, kMaxLanes> kVector;
using V = hn::Vec<decltype(kVector)>;

HWY_INLINE int64_t lanes() { return static_cast<int64_t>(hn::Lanes(kVector)); }

// c[i][0, 2 vectors) (+)= sum over taps and k of a[tap][i][k step] b[tap][k][...].
[[maybe_unused]] HWY_NOINLINE void tile(const float* const* a, int64_t taps, int64_t first,
                                        int64_t depth, int64_t step, const float* HWY_RESTRICT b,
                                        float* const* c, bool add) {
  const int64_t n = lanes();
  V s00, s01, s10, s11, s20, s21, s30, s31, s40, s41, s50, s51;
  s00 = s01 = s10 = s11 = s20 = s21 = s30 = s31 = s40 = s41 = s50 = s51 = hn::Zero(kVector);
  for (int64_t t = 0; t < taps; ++t, a += kRows) {
    const float *a0 = a[0] + first, *a1 = a[1] + first, *a2 = a[2] + first, *a3 = a[3] + first,
                *a4 = a[4] + first, *a5 = a[5] + first;
    for (int64_t k = 0, at = 0; k < depth; ++k, at += step, b += 2 * n) {
      const V b0 = hn::LoadU(kVector, b), b1 = hn::LoadU(kVector, b + n);
      V x = hn::Set(kVector, a0[at]);
      s00 = hn::MulAdd(x, b0, s00), s01 = hn::MulAdd(x, b1, s01);
      x = hn::Set(kVector, a1[at]);
      s10 = hn::MulAdd(x, b0, s10), s11 = hn::MulAdd(x, b1, s11);
      x = hn::Set(kVector, a2[at]);
      s20 = hn::MulAdd(x, b0, s20), s21 = hn::MulAdd(x, b1, s21);
      x = hn::Set(kVector, a3[at]);
      s30 = hn::MulAdd(x, b0, s30), s31 = hn::MulAdd(x, b1, s31);
      x = hn::Set(kVector, a4[at]);
      s40 = hn::MulAdd(x, b0, s40), s41 = hn::MulAdd(x, b1, s41);
      x = hn::Set(kVector, a5[at]);
      s50 = hn::MulAdd(x, b0, s50), s51 = hn::MulAdd(x, b1, s51);
    }
  }
  const auto store = [&](V x0, V x1, float* to) HWY_ATTR {
    if (add) x0 = hn::Add(x0, hn::LoadU(kVector, to)), x1 = hn::Add(x1, hn::LoadU(kVector, to + n));
    hn::StoreU(x0, kVector, to);
    hn::StoreU(x1, kVector, to + n);
  };
  store(s00, s01, c[0]), store(s10, s11, c[1]), store(s20, s21, c[2]);
  store(s30, s31, c[3]), store(s40, s41, c[4]), store(s50, s51, c[5]);
}

// tile() for an output of `columns` columns and `rows` rows, by way of a scratch tile where it is
// smaller.
HWY_INLINE void edge_tile(const float* const* a, const Piece& piece, int64_t step, const float* b,
                          float* const* c, int64_t rows, int64_t columns, bool add) {
  const int64_t width = 2 * lanes();
  float* to[kRows];
  if (columns == width && rows == kRows)
    return tile(a, piece.taps, piece.channel, piece.channels, step, b, c, add);
  HWY_ALIGN float scratch[kRows * kMaxPanel] = {};
  for (int64_t i = 0; i < kRows; ++i) {
    to[i] = scratch + i * width;
    if (add && i < rows) std::memcpy(to[i], c[i], columns * sizeof(float));
  }
  tile(a, piece.taps, piece.channel, piece.channels, step, b, to, add);
  for (int64_t i = 0; i < rows; ++i) std::memcpy(c[i], to[i], columns * sizeof(float));
}

// One row of a panel; `to` has zeros after `columns`.
HWY_INLINE void copy_row(const float* from, int64_t columns, float* to) {
  const int64_t n = lanes();
  if (columns < 2 * n) {
    for (int64_t j = 0; j < columns; ++j) to[j] = from[j];
    return;
  }
  hn::StoreU(hn::LoadU(kVector, from), kVector, to);
  hn::StoreU(hn::LoadU(kVector, from + n), kVector, to + n);
}

}  // namespace
}  // namespace gannet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // GANNET_KERNELS_TILE
