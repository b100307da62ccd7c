#include "gannet/tensor/spectrogram.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/abs.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/fft_rfft.h>
#include <ATen/ops/hann_window.h>

#include <algorithm>
#include <cmath>

#include "gannet/base/error.h"
#include "gannet/image/canvas.h"

namespace gannet {
namespace {

constexpr float kRange = 80;  // decibels

// From the dark of silence over red to the near white of the loudest.
Colour heat(float share) {
  static constexpr std::array<std::array<float, 3>, 5> stops = {
      {{8, 8, 28}, {70, 16, 104}, {190, 44, 90}, {246, 142, 52}, {252, 250, 190}}};
  const float at = std::clamp(share, 0.0f, 1.0f) * (stops.size() - 1);
  const auto i = std::min(static_cast<size_t>(at), stops.size() - 2);
  Colour colour;
  for (size_t c = 0; c < 3; ++c)
    colour[c] = static_cast<uint8_t>(
        std::lround(stops[i][c] + (at - static_cast<float>(i)) * (stops[i + 1][c] - stops[i][c])));
  return colour;
}

}  // namespace

Tensor spectrogram(const Tensor& audio, int64_t window, int64_t hop) {
  check_shape(audio, {-1, -1}, "audio clips");
  if (window < 2 || window % 2 != 0 || hop < 1)
    throw Error("a spectrogram by windows of " + std::to_string(window) + " every " +
                    std::to_string(hop) + " samples, expected an even window and hop >= 1",
                "");
  const Tensor shape = at::hann_window(window, audio.options());
  const Tensor pieces = at::constant_pad_nd(audio, {window / 2, window / 2}).unfold(1, window, hop);
  return at::abs(at::fft_rfft(pieces * shape)).transpose(1, 2) *
         (4.0 / static_cast<double>(window));
}

Image draw_spectrogram(const Tensor& magnitudes, int64_t width, int64_t height) {
  check_shape(magnitudes, {-1, -1}, "magnitudes");
  const Tensor plain = magnitudes.detach().to(at::kCPU, at::kFloat).contiguous();
  const int64_t bins = plain.size(0), frames = plain.size(1);
  const float* m = plain.const_data_ptr<float>();
  float loudest = 1e-6f;
  for (int64_t i = 0; i < plain.numel(); ++i)
    if (std::isfinite(m[i])) loudest = std::max(loudest, m[i]);
  Image image = blank(width, height, heat(0));
  for (int64_t y = 0; y < height; ++y)
    for (int64_t x = 0; x < width; ++x) {
      const int64_t from = (height - 1 - y) * bins / height;
      const int64_t to = std::max(from + 1, (height - y) * bins / height);
      float largest = 0;
      for (int64_t k = from; k < to; ++k)
        largest = std::max(largest, m[k * frames + x * frames / width]);
      const float decibels = 20 * std::log10(std::max(largest, 1e-12f) / loudest);
      blend(image, x, y, heat(1 + decibels / kRange), 1);
    }
  return image;
}

}  // namespace gannet
