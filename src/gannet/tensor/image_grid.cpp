#include "gannet/tensor/image_grid.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/upsample_nearest2d.h>

#include <algorithm>
#include <cmath>

#include "gannet/base/error.h"
#include "gannet/image/canvas.h"
#include "gannet/tensor/spectrogram.h"

namespace gannet {
namespace {

constexpr Colour kPaper = {255, 255, 255}, kLines = {228, 228, 228}, kReference = {190, 190, 190},
                 kInk = {24, 90, 188}, kReferenceOnColours = {90, 90, 90};
constexpr Colour kFakeSide = {172, 199, 235}, kRealSide = {250, 200, 150};  // of D's surface
constexpr int64_t kPlotSide = 512;                                          // pixels
constexpr int64_t kWaveWidth = 160, kWaveHeight = 48;    // pixels of one audio clip
constexpr int64_t kSpectrumHeight = 130, kWindow = 512;  // its spectrogram: pixels, samples

Tensor plain(const Tensor& x) { return x.detach().to(at::kCPU, at::kFloat).contiguous(); }

// Half up, as everyone's (127.5 x + 128) cut to whole numbers; NaN is black.
uint8_t to_byte(float x) {
  const float v = x * 127.5f + 128.0f;
  return v >= 255.0f ? 255 : v >= 0.0f ? static_cast<uint8_t>(v) : 0;
}

Image tile_images(const Tensor& samples, int64_t rows, int64_t columns) {
  check_shape(samples, {-1, -1, -1, -1}, "samples");
  const Tensor bytes = to_bytes(samples);
  const int64_t height = bytes.size(1), width = bytes.size(2), channels = bytes.size(3);
  if (channels != 1 && channels != 3)
    throw Error("samples have " + std::to_string(channels) + " channels, an image has 1 or 3", "");
  Image grid{.width = columns * width, .height = rows * height, .channels = channels, .pixels = {}};
  grid.pixels.resize(static_cast<size_t>(grid.width * grid.height * channels));
  const uint8_t* from = bytes.const_data_ptr<uint8_t>();
  for (int64_t n = 0; n < std::min(bytes.size(0), rows * columns); ++n)
    for (int64_t y = 0; y < height; ++y) {
      const int64_t row = n / columns * height + y, column = n % columns * width;
      std::copy_n(from + (n * height + y) * width * channels, width * channels,
                  grid.pixels.begin() + (row * grid.width + column) * channels);
    }
  return grid;
}

// The plot's axes are [-limit, limit]: the same in every snapshot of a run with one reference, at
// least two standard deviations, at most eight; samples outside are not drawn.
float axis_limit(const Tensor& points) {
  const float* x = points.const_data_ptr<float>();
  float limit = 0;
  for (int64_t i = 0; i < points.numel(); ++i)
    if (std::isfinite(x[i])) limit = std::max(limit, std::abs(x[i]));
  return std::clamp(1.1f * limit, 2.0f, 8.0f);
}

void scatter(Image& plot, const Tensor& points, float limit, Colour colour, double radius) {
  const float* x = points.const_data_ptr<float>();
  const int64_t n = points.size(0), width = points.size(1);
  const double cover = std::clamp(600.0 / static_cast<double>(std::max<int64_t>(n, 1)), 0.15, 0.8);
  const auto pixel = [&](float v) {
    return (v / limit + 1) * 0.5 * static_cast<double>(kPlotSide);
  };
  for (int64_t i = 0; i < n; ++i) {
    const float a = x[i * width], b = x[i * width + 1];
    if (std::abs(a) <= limit && std::abs(b) <= limit)  // false for NaN too
      draw_dot(plot, pixel(a), static_cast<double>(kPlotSide) - pixel(b), radius, colour, cover);
  }
}

// A histogram of one column over [-limit, limit]: the share of the samples in each bin.
constexpr int64_t kBars = 64;
std::vector<double> histogram_bins(const Tensor& points, float limit) {
  std::vector<double> bars(kBars);
  const float* x = points.const_data_ptr<float>();
  for (int64_t i = 0; i < points.numel(); ++i)
    if (std::abs(x[i]) < limit)
      bars[static_cast<size_t>((x[i] / limit + 1) * 0.5f * kBars)] +=
          1.0 / static_cast<double>(points.numel());
  return bars;
}

void draw_bars(Image& plot, const std::vector<double>& bars, double highest, Colour colour,
               int64_t gap) {
  constexpr int64_t width = kPlotSide / kBars;
  for (int64_t b = 0; b < kBars; ++b) {
    const auto high =
        static_cast<int64_t>(bars[static_cast<size_t>(b)] / highest * (kPlotSide - 32));
    fill_rectangle(plot, b * width + gap, kPlotSide - high, width - 2 * gap, high, colour);
  }
}

void draw_histogram(Image& plot, const Tensor& samples, const Tensor& reference, float limit) {
  const std::vector<double> bars = histogram_bins(samples, limit);
  const std::vector<double> behind = reference.defined() ? histogram_bins(reference, limit) : bars;
  const double highest = std::max({1e-9, *std::max_element(bars.begin(), bars.end()),
                                   *std::max_element(behind.begin(), behind.end())});
  if (reference.defined()) draw_bars(plot, behind, highest, kReference, 0);
  draw_bars(plot, bars, highest, kInk, 2);
}

// Where a surface is looked at: the middles of squares of some pixels, row by row from the top.
constexpr int64_t kSquare = 4;
Tensor places(float limit) {
  constexpr int64_t side = kPlotSide / kSquare;
  const Tensor middles =
      ((at::arange(side, at::kFloat) + 0.5) * (2.0 / static_cast<double>(side)) - 1) * limit;
  return at::stack({middles.repeat({side}), (-middles).repeat_interleave(side)}, 1);
}

void draw_surface(Image& plot, const Surface& surface, float limit) {
  constexpr int64_t side = kPlotSide / kSquare;
  const Tensor shades = surface(places(limit)).to(at::kDouble).contiguous();
  check_shape(shades, {side * side}, "shades of a surface");
  const double* shade = shades.const_data_ptr<double>();
  for (int64_t i = 0; i < side * side; ++i) {
    const double from_middle = std::isfinite(shade[i]) ? 2 * std::clamp(shade[i], 0.0, 1.0) - 1 : 0;
    const Colour& end = from_middle < 0 ? kFakeSide : kRealSide;
    Colour colour = kPaper;
    for (size_t c = 0; c < 3; ++c)
      colour[c] = static_cast<uint8_t>(
          std::lround(kPaper[c] + std::abs(from_middle) * (end[c] - kPaper[c])));
    fill_rectangle(plot, i % side * kSquare, i / side * kSquare, kSquare, kSquare, colour);
  }
}

Image draw_points(const Tensor& samples, const Tensor& reference, const Surface& surface) {
  if (samples.size(1) < 1) throw Error("points without columns", "");
  if (reference.defined()) check_shape(reference, {-1, samples.size(1)}, "reference");
  Image plot = blank(kPlotSide, kPlotSide, kPaper);
  const float limit = axis_limit(reference.defined() ? reference : samples);
  const bool coloured = surface && samples.size(1) == 2;
  if (coloured) draw_surface(plot, surface, limit);
  for (int64_t whole = -static_cast<int64_t>(limit); whole <= static_cast<int64_t>(limit);
       ++whole) {
    const auto at =
        static_cast<int64_t>((static_cast<float>(whole) / limit + 1) * 0.5f * kPlotSide);
    fill_rectangle(plot, at, 0, 1, kPlotSide, kLines);
    fill_rectangle(plot, 0, at, kPlotSide, 1, kLines);
  }
  if (samples.size(1) == 1) {
    draw_histogram(plot, samples, reference, limit);
  } else {
    if (reference.defined())
      scatter(plot, reference, limit, coloured ? kReferenceOnColours : kReference, 2.0);
    scatter(plot, samples, limit, kInk, 1.6);
  }
  return plot;
}

// One channel of T values as a band: in each pixel column, a line from its smallest to its largest
// value.
void draw_wave(Image& canvas, const float* x, int64_t length, int64_t left, int64_t top,
               int64_t height) {
  const auto pixel = [&](float v) {
    const float inside = v >= -1.0f ? std::min(v, 1.0f) : -1.0f;  // NaN is at the bottom
    return static_cast<int64_t>((1 - inside) * 0.5f * static_cast<float>(height - 1));
  };
  fill_rectangle(canvas, left, top + height / 2, kWaveWidth - 2, 1, kLines);
  for (int64_t column = 0; column < kWaveWidth - 2 && length > 0; ++column) {
    const int64_t from = column * length / (kWaveWidth - 2);
    const int64_t to = std::max(from + 1, (column + 1) * length / (kWaveWidth - 2));
    const auto [low, high] = std::minmax_element(x + from, x + std::min(to, length));
    fill_rectangle(canvas, left + column, top + pixel(*high), 1, pixel(*low) - pixel(*high) + 1,
                   kInk);
  }
}

// Each audio clip's waveform, its spectrogram below.
Image draw_audio(const Tensor& samples, int64_t rows, int64_t columns) {
  const int64_t channels = samples.size(1), length = samples.size(2);
  if (channels < 1 || length < 1) throw Error("audio clips without values", "");
  const int64_t pitch = kWaveHeight + kSpectrumHeight;
  Image grid = blank(columns * kWaveWidth, rows * pitch, kLines);
  const int64_t drawn = std::min(samples.size(0), rows * columns);
  const Tensor spectra =
      spectrogram(samples.narrow(0, 0, drawn).mean(1), kWindow, std::max<int64_t>(1, length / 156));
  const float* x = samples.const_data_ptr<float>();
  for (int64_t n = 0; n < drawn; ++n) {
    const int64_t left = n % columns * kWaveWidth + 1, top = n / columns * pitch + 1;
    fill_rectangle(grid, left, top, kWaveWidth - 2, kWaveHeight - 2, kPaper);
    const int64_t band = (kWaveHeight - 2) / channels;
    for (int64_t c = 0; c < channels; ++c)
      draw_wave(grid, x + (n * channels + c) * length, length, left, top + c * band, band);
    paste(grid, draw_spectrogram(spectra[n], kWaveWidth - 2, kSpectrumHeight - 2), left,
          top + kWaveHeight - 1);
  }
  return grid;
}

// Videos [N, C, T, H, W] as strips: the frames of one side by side, a gap after each video.
constexpr int64_t kClipGap = 4;  // pixels
Image draw_clips(const Tensor& samples, int64_t rows, int64_t columns) {
  const int64_t frames = samples.size(2), height = samples.size(3), width = samples.size(4);
  const int64_t drawn = std::min(samples.size(0), rows * columns);
  Image grid = blank(columns * (frames * width + kClipGap) - kClipGap,
                     rows * (height + kClipGap) - kClipGap, kPaper);
  for (int64_t n = 0; n < drawn; ++n)
    paste(grid, tile_images(samples[n].transpose(0, 1), 1, frames),
          n % columns * (frames * width + kClipGap), n / columns * (height + kClipGap));
  return grid;
}

}  // namespace

Tensor to_bytes(const Tensor& x) {
  check_shape(x, {-1, -1, -1, -1}, "images");
  const Tensor planes = plain(x);
  const int64_t n = x.size(0), channels = x.size(1), area = x.size(2) * x.size(3);
  const Tensor bytes =
      at::empty({n, x.size(2), x.size(3), channels}, at::TensorOptions().dtype(at::kByte));
  const float* from = planes.const_data_ptr<float>();
  uint8_t* to = bytes.mutable_data_ptr<uint8_t>();
  for (int64_t i = 0; i < n; ++i)
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t p = 0; p < area; ++p)
        to[(i * area + p) * channels + c] = to_byte(from[(i * channels + c) * area + p]);
  return bytes;
}

Tensor hstack(const std::vector<Tensor>& images) {
  int64_t channels = 1, height = 1;
  for (const Tensor& p : images) {
    check_shape(p, {-1, -1, -1, -1}, "images side by side");
    channels = std::max(channels, p.size(1));
    height = std::max(height, p.size(2));
  }
  std::vector<Tensor> even;
  for (const Tensor& p : images) {
    const int64_t width = p.size(3) * height / p.size(2);
    even.push_back(at::upsample_nearest2d(plain(p), {height, width})
                       .expand({p.size(0), channels, height, width}));
  }
  return at::cat(even, 3);
}

Image draw_grid(const Tensor& samples, int64_t rows, int64_t columns, const Tensor& reference,
                const Surface& surface) {
  if (rows < 1 || columns < 1)
    throw Error("a grid of " + std::to_string(rows) + "x" + std::to_string(columns) +
                    ", expected at least 1x1",
                "");
  if (!samples.defined())
    throw Error(
        "samples are undefined, expected [N, C, H, W], [N, C, T, H, W], [N, C, T] or [N, D]", "");
  switch (samples.dim()) {
    case 5:
      return draw_clips(samples, rows, columns);
    case 4:
      return tile_images(samples, rows, columns);
    case 3:
      return draw_audio(plain(samples), rows, columns);
    case 2:
      return draw_points(plain(samples), reference.defined() ? plain(reference) : reference,
                         surface);
    default:
      throw Error("samples are " + to_string(samples.sizes().vec()) +
                      ", expected [N, C, H, W], [N, C, T, H, W], [N, C, T] or [N, D]",
                  "");
  }
}

}  // namespace gannet
