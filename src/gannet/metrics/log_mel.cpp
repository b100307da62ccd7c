#include "gannet/metrics/log_mel.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/log.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>

#include "gannet/base/error.h"
#include "gannet/tensor/spectrogram.h"

namespace gannet {
namespace {

// Slaney's Auditory Toolbox: 3 mel are 200 Hz up to 1 kHz, then 27 mel are a factor of 6.4.
constexpr double kLinear = 200.0 / 3, kCorner = 1000;
const double kStep = std::log(6.4) / 27;

double mel(double hertz) {
  return hertz < kCorner ? hertz / kLinear : kCorner / kLinear + std::log(hertz / kCorner) / kStep;
}

double hertz(double mel) {
  const double corner = kCorner / kLinear;
  return mel < corner ? mel * kLinear : kCorner * std::exp((mel - corner) * kStep);
}

}  // namespace

Tensor mel_filterbank(double rate, const MelBands& bands) {
  const double high = bands.high > 0 ? bands.high : rate / 2;
  if (!(rate > 0) || bands.bands < 1 || !(bands.low >= 0 && bands.low < high && high <= rate / 2))
    throw Error("mel bands from " + std::to_string(bands.low) + " to " + std::to_string(high) +
                    " Hz of audio at " + std::to_string(rate) + " Hz",
                "");
  const int64_t bins = bands.window / 2 + 1;
  std::vector<double> edges;
  for (int64_t i = 0; i < bands.bands + 2; ++i)
    edges.push_back(hertz(mel(bands.low) + (mel(high) - mel(bands.low)) * static_cast<double>(i) /
                                               static_cast<double>(bands.bands + 1)));
  const Tensor bank = at::zeros({bands.bands, bins}, at::kDouble);
  double* w = bank.mutable_data_ptr<double>();
  for (size_t b = 0; b + 2 < edges.size(); ++b)
    for (int64_t k = 0; k < bins; ++k) {
      const double f = static_cast<double>(k) * rate / static_cast<double>(bands.window);
      const double rising = (f - edges[b]) / (edges[b + 1] - edges[b]);
      const double falling = (edges[b + 2] - f) / (edges[b + 2] - edges[b + 1]);
      *w++ = std::max(0.0, std::min(rising, falling)) * 2 / (edges[b + 2] - edges[b]);
    }
  return bank;
}

Tensor log_mel(const Tensor& audio, double rate, const MelBands& bands) {
  const Tensor magnitudes = spectrogram(audio, bands.window, bands.hop);
  const Tensor bank = mel_filterbank(rate, bands).to(magnitudes.options());
  return at::log(at::matmul(bank, magnitudes).clamp_min(bands.least));
}

Tensor log_mel_distance(const Tensor& a, const Tensor& b, double rate, const MelBands& bands) {
  check_shape(b, a.sizes(), "audio clips to compare with");
  return (log_mel(a, rate, bands) - log_mel(b, rate, bands)).abs().mean({1, 2});
}

}  // namespace gannet
