#include "gannet/kernels/windows.h"

#include <algorithm>

namespace gannet::kernels {

Windows matrix_rows(const float* x, int64_t channels) {
  return {.x = x,
          .height = 1,
          .width = 1,
          .channels = channels,
          .rows = 1,
          .columns = 1,
          .stride = 1,
          .taps = {{0, 0}}};
}

void window_pointers(const Windows& w, int64_t begin, int64_t end, const Tap& tap,
                     const float* outside, const float** to) {
  // By counting: a division for each place would cost as much as the work on a thin layer.
  int64_t n = begin / w.places(), a = begin % w.places() / w.columns, b = begin % w.columns;
  while (begin < end) {
    const int64_t y = a * w.stride + tap.row, left = std::min(w.columns - b, end - begin);
    const bool inside = y >= 0 && y < w.height;
    const float* const line = w.x + (n * w.height + y) * w.width * w.channels;
    int64_t x = b * w.stride + tap.column;
    for (int64_t i = 0; i < left; ++i, x += w.stride)
      *to++ = inside && x >= 0 && x < w.width ? line + x * w.channels : outside;
    begin += left;
    b = 0;
    if (++a == w.rows) a = 0, ++n;
  }
}

void copy_windows(const Windows& w, int64_t begin, int64_t end, float* to) {
  const std::vector<float> outside(w.channels, 0.0f);
  std::vector<const float*> places(end - begin);
  for (size_t t = 0; t < w.taps.size(); ++t) {
    window_pointers(w, begin, end, w.taps[t], outside.data(), places.data());
    float* at = to + t * w.channels;
    for (const float* from : places) {
      for (int64_t c = 0; c < w.channels; ++c) at[c] = from[c];
      at += w.depth();
    }
  }
}

namespace {

// The first tap that reaches a place, and how many windows then do: taps t, t + stride, ... of the
// windows (place + padding - t) / stride.
struct Reach {
  int64_t tap, window, count;

  Reach(int64_t place, int64_t windows, int64_t kernel, int64_t stride, int64_t padding) {
    const int64_t at = place + padding;
    window = std::min(at / stride, windows - 1);
    tap = at - window * stride;
    count = tap >= kernel ? 0 : std::min((kernel - tap + stride - 1) / stride, window + 1);
  }
};

}  // namespace

void fold(const FoldedWindows& w, int64_t begin, int64_t end, float* images) {
  const int64_t taps = w.kernel_rows * w.kernel_columns, depth = taps * w.channels;
  float* to = images + begin * w.width * w.channels;
  for (int64_t line = begin; line < end; ++line) {
    const int64_t n = line / w.height;
    const Reach down(line % w.height, w.rows, w.kernel_rows, w.stride, w.padding);
    for (int64_t x = 0; x < w.width; ++x, to += w.channels) {
      const Reach across(x, w.across, w.kernel_columns, w.stride, w.padding);
      std::fill_n(to, w.channels, 0.0f);
      for (int64_t i = 0; i < down.count; ++i)
        for (int64_t j = 0; j < across.count; ++j) {
          const int64_t place = (n * w.rows + down.window - i) * w.across + across.window - j;
          const float* const from = w.columns + place * depth +
                                    (down.tap + i * w.stride) * w.kernel_columns + across.tap +
                                    j * w.stride;
          for (int64_t c = 0; c < w.channels; ++c) to[c] += from[c * taps];
        }
    }
  }
}

void transpose_taps(const float* from, int64_t taps, int64_t channels, bool add, float* to) {
  for (int64_t c = 0; c < channels; ++c)
    for (int64_t t = 0; t < taps; ++t) {
      float& value = to[c * taps + t];
      value = (add ? value : 0.0f) + from[t * channels + c];
    }
}

}  // namespace gannet::kernels
