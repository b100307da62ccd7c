// Register tiles of 6 rows x 2 vectors, after Goto & van de Geijn 2008
// (doi:10.1145/1356052.1356053): B is packed in panels of 2 vectors, cut in depth so that a piece
// stays in the first cache while a block of A's rows passes by. A is read where it lies, by a
// pointer for each row and tap (Dukhan 2019, arXiv:1907.02129): no im2col buffer. Sums run over the
// depth in its order, cut at places that depend on the depth alone.
#include "gannet/kernels/gemm.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gannet/kernels/gemm/multiply.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "gannet/kernels/detail/tile.h"

#ifndef GANNET_KERNELS_MULTIPLY_ONCE
#define GANNET_KERNELS_MULTIPLY_ONCE
namespace gannet::kernels {
namespace {

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
#endif  // GANNET_KERNELS_MULTIPLY_ONCE

HWY_BEFORE_NAMESPACE();
namespace gannet::kernels::HWY_NAMESPACE {
namespace {

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

}  // namespace
}  // namespace gannet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gannet::kernels {

HWY_EXPORT(lanes);
HWY_EXPORT(pack_panels);
HWY_EXPORT(multiply_rows);

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

}  // namespace gannet::kernels
#endif  // HWY_ONCE
