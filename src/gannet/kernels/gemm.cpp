// Register tiles of 6 rows x 2 vectors, after Goto & van de Geijn 2008
// (doi:10.1145/1356052.1356053): B is packed in panels of 2 vectors, cut in depth so that a piece
// stays in the first cache while a block of A's rows passes by. A is read where it lies, by a
// pointer for each row and tap (Dukhan 2019, arXiv:1907.02129): no im2col buffer. Sums run over the
// depth in its order, cut at places that depend on the depth alone.
#include "gannet/kernels/gemm.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gannet/kernels/gemm.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef GANNET_KERNELS_GEMM_ONCE
#define GANNET_KERNELS_GEMM_ONCE
namespace gannet::kernels {
namespace {

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

std::vector<Piece> pieces(int64_t taps, int64_t channels) {
  std::vector<Piece> all;
  if (channels <= kDepth) {
    const int64_t step = std::max<int64_t>(1, kDepth / std::max<int64_t>(1, channels));
    for (int64_t t = 0; t < taps; t += step)
      all.push_back({t, std::min(step, taps - t), 0, channels});
    return all;
  }
  const int64_t parts = (channels + kDepth - 1) / kDepth, size = (channels + parts - 1) / parts;
  for (int64_t t = 0; t < taps; ++t)
    for (int64_t c = 0; c < channels; c += size)
      all.push_back({t, 1, c, std::min(size, channels - c)});
  return all;
}

const float* zeros(int64_t n) {
  static thread_local std::vector<float> none;
  if (static_cast<int64_t>(none.size()) < n) none.assign(n, 0.0f);
  return none.data();
}

// Of the rows [begin, end), one block, in tiles: [tile][tap][kRows]. Rows after the end are those
// of the last one.
void window_table(const Windows& w, int64_t begin, int64_t end, std::vector<const float*>& table) {
  const auto taps = static_cast<int64_t>(w.taps.size());
  const int64_t tiles = (end - begin + kRows - 1) / kRows;
  const float* places[kBlock];
  table.resize(tiles * taps * kRows);
  for (int64_t t = 0; t < taps; ++t) {
    window_pointers(w, begin, end, w.taps[t], zeros(w.channels), places);
    for (int64_t row = 0; row < tiles * kRows; ++row)
      table[(row / kRows * taps + t) * kRows + row % kRows] =
          places[std::min(row, end - begin - 1)];
  }
}

float* output_row(const Product& p, int64_t row) {
  const int64_t n = row / p.a.places(), place = row % p.a.places();
  return p.y.y + n * p.y.sample + place / p.a.columns * p.y.row + place % p.a.columns * p.y.column;
}

}  // namespace
}  // namespace gannet::kernels
#endif  // GANNET_KERNELS_GEMM_ONCE

HWY_BEFORE_NAMESPACE();
namespace gannet::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

const hn::CappedTag<float, kMaxLanes> kVector;
using V = hn::Vec<decltype(kVector)>;

int64_t lanes() { return static_cast<int64_t>(hn::Lanes(kVector)); }

// c[i][0, 2 vectors) (+)= sum over taps and k of a[tap][i][k step] b[tap][k][...].
HWY_NOINLINE void tile(const float* const* a, int64_t taps, int64_t first, int64_t depth,
                       int64_t step, const float* HWY_RESTRICT b, float* const* c, bool add) {
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
void edge_tile(const float* const* a, const Piece& piece, int64_t step, const float* b,
               float* const* c, int64_t rows, int64_t columns, bool add) {
  const int64_t width = 2 * lanes();
  float* to[kRows];
  if (columns == width && rows == kRows)
    return tile(a, piece.taps, piece.channel, piece.channels, step, b, c, add);
  HWY_ALIGN float scratch[kRows * kMaxPanel];
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

// Row c of tap t of a piece, of panels [from, to), where columns are neighbours.
void pack_row(const Matrix& b, int64_t from, int64_t to, const Piece& piece, int64_t t, int64_t c,
              float* packed) {
  const int64_t width = 2 * lanes(), size = piece.taps * piece.channels * width;
  const float* row = b.b + b.offsets[piece.tap + t] + (piece.channel + c) * b.row;
  for (int64_t panel = from; panel < to; ++panel) {
    float* const at = packed + (panel - from) * size + (t * piece.channels + c) * width;
    const int64_t columns = std::min(width, b.columns - panel * width);
    if (columns < width) std::memset(at, 0, width * sizeof(float));
    copy_row(row + panel * width, columns, at);
  }
}

// A panel where columns are no neighbours. The taps of an element often are: they pass through a
// buffer, as their places in the panel lie at steps that share a set of the first cache.
void pack_panel(const Matrix& b, int64_t panel, const Piece& piece, float* to) {
  static thread_local std::vector<float> buffer;
  const int64_t width = 2 * lanes(), first = panel * width;
  const int64_t columns = std::min(width, b.columns - first);
  buffer.assign(piece.taps * width, 0.0f);
  for (int64_t c = 0; c < piece.channels; ++c) {
    const float* from = b.b + (piece.channel + c) * b.row + first * b.column;
    if (piece.taps == 1) {
      float* const at = to + c * width;
      for (int64_t j = 0; j < columns; ++j) at[j] = from[b.offsets[piece.tap] + j * b.column];
      for (int64_t j = columns; j < width; ++j) at[j] = 0;
      continue;
    }
    for (int64_t j = 0; j < columns; ++j)
      for (int64_t t = 0; t < piece.taps; ++t)
        buffer[t * width + j] = from[b.offsets[piece.tap + t] + j * b.column];
    for (int64_t t = 0; t < piece.taps; ++t)
      copy_row(buffer.data() + t * width, width, to + (t * piece.channels + c) * width);
  }
}

// Panels of a piece that are packed together, so that B is read along its rows: half of a second
// cache of 256 kB.
int64_t group_of(const Piece& piece) {
  return std::max<int64_t>(1, kGroup / (piece.taps * piece.channels * 2 * lanes()));
}

void pack_group(const Matrix& b, int64_t from, int64_t to, const Piece& piece, float* packed) {
  const int64_t size = piece.taps * piece.channels * 2 * lanes();
  if (b.column != 1) {
    for (int64_t panel = from; panel < to; ++panel)
      pack_panel(b, panel, piece, packed + (panel - from) * size);
    return;
  }
  for (int64_t t = 0; t < piece.taps; ++t)
    for (int64_t c = 0; c < piece.channels; ++c) pack_row(b, from, to, piece, t, c, packed);
}

// Rows [begin, end), of one block, by a piece of a panel.
void block_by_piece(const Product& p, int64_t begin, int64_t end, const Piece& piece, bool first,
                    const float* b, int64_t panel, const std::vector<const float*>& table) {
  const auto taps = static_cast<int64_t>(p.a.taps.size());
  const int64_t width = 2 * lanes(), at = panel * width;
  for (int64_t row = begin, t = 0; row < end; row += kRows, ++t) {
    float* c[kRows];
    const int64_t rows = std::min(kRows, end - row);
    for (int64_t i = 0; i < rows; ++i) c[i] = output_row(p, row + i) + at;
    edge_tile(table.data() + (t * taps + piece.tap) * kRows, piece, 1, b, c, rows,
              std::min(width, p.columns - at), !first || p.add);
  }
}

void multiply_rows(const Product& p, const Matrix* unpacked, int64_t begin, int64_t end,
                   int64_t from, int64_t to) {
  static thread_local std::vector<const float*> table;
  static thread_local std::vector<float> packed;
  const std::vector<Piece> all = pieces(static_cast<int64_t>(p.a.taps.size()), p.a.channels);
  const int64_t width = 2 * lanes();
  for (int64_t row = begin; row < end; row += kBlock) {
    const int64_t last = std::min(row + kBlock, end);
    window_table(p.a, row, last, table);
    for (const Piece& piece : all) {
      const int64_t size = piece.taps * piece.channels * width,
                    step = unpacked ? group_of(piece) : to;
      for (int64_t group = from; group < to; group += step) {
        const int64_t stop = std::min(group + step, to);
        if (unpacked) {
          packed.resize((stop - group) * size);
          pack_group(*unpacked, group, stop, piece, packed.data());
        }
        for (int64_t panel = group; panel < stop; ++panel) {
          const float* b =
              unpacked
                  ? packed.data() + (panel - group) * size
                  : p.packed +
                        (panel * p.a.depth() + piece.tap * p.a.channels + piece.channel) * width;
          block_by_piece(p, row, last, piece, &piece == all.data(), b, panel, table);
        }
      }
    }
  }
}

void pack_panels(const Matrix& b, int64_t from, int64_t to, float* packed) {
  const Piece whole{0, static_cast<int64_t>(b.offsets.size()), 0, b.channels};
  for (int64_t panel = from; panel < to; ++panel)
    pack_panel(b, panel, whole, packed + panel * b.depth() * 2 * lanes());
}

// Rows [begin, end) of a, as tiles of columns: [tile][row][kRows], zeros after the last one.
void pack_columns(const float* a, int64_t width, int64_t begin, int64_t end,
                  std::vector<float>& packed) {
  const int64_t tiles = (width + kRows - 1) / kRows, rows = end - begin;
  packed.resize(tiles * rows * kRows);
  for (int64_t t = 0; t < tiles; ++t)
    for (int64_t r = 0; r < rows; ++r) {
      float* to = packed.data() + (t * rows + r) * kRows;
      const float* from = a + (begin + r) * width + t * kRows;
      for (int64_t i = 0; i < kRows; ++i) to[i] = t * kRows + i < width ? from[i] : 0.0f;
    }
}

// The rows [begin, begin + depth) of panels [from, to), whose columns are channels of taps.
void pack_windows(const OuterProduct& p, int64_t from, int64_t to, int64_t begin, int64_t depth,
                  float* packed) {
  const int64_t width = 2 * lanes(), each = (p.x.channels + width - 1) / width;
  const float* places[kDepth];
  for (int64_t panel = from; panel < to; ++panel, packed += depth * width) {
    if (panel == from || panel % each == 0)
      window_pointers(p.x, begin, begin + depth, p.x.taps[panel / each], zeros(p.x.channels),
                      places);
    const int64_t channel = panel % each * width;
    const int64_t columns = std::min(width, p.x.channels - channel);
    if (columns < width) std::memset(packed, 0, depth * width * sizeof(float));
    for (int64_t r = 0; r < depth; ++r) copy_row(places[r] + channel, columns, packed + r * width);
  }
}

// kRows columns of a, from the m-th on, by a panel.
void outer_tile(const OuterProduct& p, const float* a, int64_t m, int64_t panel, const float* b,
                int64_t depth, bool add) {
  const int64_t width = 2 * lanes(), each = (p.x.channels + width - 1) / width;
  const int64_t tap = panel / each, channel = panel % each * width;
  const float* pointers[kRows];
  float* c[kRows];
  for (int64_t i = 0; i < kRows; ++i) {
    pointers[i] = a + i;
    c[i] = p.y + std::min(m + i, p.width - 1) * p.row + tap * p.tap + channel;
  }
  edge_tile(pointers, {0, 1, 0, depth}, kRows, b, c, std::min(kRows, p.width - m),
            std::min(width, p.x.channels - channel), add);
}

void outer(const OuterProduct& p, int64_t from, int64_t to) {
  static thread_local std::vector<float> a, b;
  const int64_t width = 2 * lanes(), rows = p.samples * p.x.places();
  for (int64_t begin = 0; begin < rows; begin += kDepth) {
    const int64_t depth = std::min(kDepth, rows - begin);
    const int64_t step = std::max<int64_t>(1, kGroup / (depth * width));
    pack_columns(p.a, p.width, begin, begin + depth, a);
    for (int64_t group = from; group < to; group += step) {
      const int64_t stop = std::min(group + step, to);
      b.resize((stop - group) * depth * width);
      pack_windows(p, group, stop, begin, depth, b.data());
      for (int64_t m = 0; m < p.width; m += kRows)
        for (int64_t panel = group; panel < stop; ++panel)
          outer_tile(p, a.data() + m * depth, m, panel, b.data() + (panel - group) * depth * width,
                     depth, begin > 0 || p.add);
    }
  }
}

}  // namespace
}  // namespace gannet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gannet::kernels {

HWY_EXPORT(lanes);
HWY_EXPORT(pack_panels);
HWY_EXPORT(multiply_rows);
HWY_EXPORT(outer);

int64_t panel_width() { return 2 * HWY_DYNAMIC_DISPATCH(lanes)(); }

int64_t packed_size(int64_t depth, int64_t columns) {
  const int64_t width = panel_width();
  return (columns + width - 1) / width * width * depth;
}

void pack(const Matrix& b, int64_t from, int64_t to, float* packed) {
  HWY_DYNAMIC_DISPATCH(pack_panels)(b, from, to, packed);
}

void multiply(const Product& p, int64_t begin, int64_t end, int64_t from, int64_t to) {
  HWY_DYNAMIC_DISPATCH(multiply_rows)(p, nullptr, begin, end, from, to);
}

void multiply_unpacked(const Product& p, const Matrix& b, int64_t begin, int64_t end, int64_t from,
                       int64_t to) {
  HWY_DYNAMIC_DISPATCH(multiply_rows)(p, &b, begin, end, from, to);
}

int64_t panels_of(const OuterProduct& p) {
  const int64_t width = panel_width();
  return static_cast<int64_t>(p.x.taps.size()) * ((p.x.channels + width - 1) / width);
}

void multiply_outer(const OuterProduct& p, int64_t from, int64_t to) {
  HWY_DYNAMIC_DISPATCH(outer)(p, from, to);
}

}  // namespace gannet::kernels
#endif  // HWY_ONCE
