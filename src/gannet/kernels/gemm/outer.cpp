// The outer products: a weight gradient is a sum over the places of images.
#include "gannet/kernels/gemm.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gannet/kernels/gemm/outer.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "gannet/kernels/detail/tile.h"

HWY_BEFORE_NAMESPACE();
namespace gannet::kernels::HWY_NAMESPACE {
namespace {

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

HWY_EXPORT(outer);

int64_t panels_of(const OuterProduct& p) {
  const int64_t width = panel_width();
  return static_cast<int64_t>(p.x.taps.size()) * ((p.x.channels + width - 1) / width);
}

void multiply_outer(const OuterProduct& p, int64_t from, int64_t to) {
  HWY_DYNAMIC_DISPATCH(outer)(p, from, to);
}

}  // namespace gannet::kernels
#endif  // HWY_ONCE
