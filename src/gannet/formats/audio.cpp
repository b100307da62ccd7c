#include "gannet/formats/audio.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>

#include "gannet/base/error.h"

namespace gannet {
namespace {

constexpr double kCrossings = 32, kBeta = 9, kCut = 0.91;

// Modified Bessel function of order 0, by its series.
double bessel(double x) {
  double sum = 1, term = 1;
  for (int k = 1; term > 1e-12 * sum; ++k) sum += term *= (x / (2 * k)) * (x / (2 * k));
  return sum;
}

// At `x` zero crossings from the middle.
double windowed_sinc(double x) {
  if (std::abs(x) >= kCrossings) return 0;
  const double edge = x / kCrossings, turn = std::numbers::pi * x;
  const double window = bessel(kBeta * std::sqrt(1 - edge * edge)) / bessel(kBeta);
  return (x == 0 ? 1 : std::sin(turn) / turn) * window;
}

// The interpolation weights of a place between two values of the old rate: of the values from
// `first` on, counted from the value before.
struct Filter {
  int64_t first = 0;
  std::vector<float> weights;
};

// For a place `share` in [0, 1) of a step after a value. scale: zero crossings in a step.
Filter filter_at(double share, double scale) {
  const double half_width = kCrossings / scale;
  Filter filter{.first = static_cast<int64_t>(std::ceil(share - half_width)), .weights = {}};
  const auto last = static_cast<int64_t>(std::floor(share + half_width));
  std::vector<double> weights;
  for (int64_t k = filter.first; k <= last; ++k)
    weights.push_back(windowed_sinc((static_cast<double>(k) - share) * scale));
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (const double weight : weights) filter.weights.push_back(static_cast<float>(weight / sum));
  return filter;
}

float apply(const Filter& filter, const std::vector<float>& values, int64_t at) {
  const auto size = static_cast<int64_t>(values.size());
  const int64_t start = at + filter.first;
  const int64_t from = std::max<int64_t>(0, -start);
  const int64_t to = std::min(static_cast<int64_t>(filter.weights.size()), size - start);
  double sum = 0;
  for (int64_t k = from; k < to; ++k)
    sum += static_cast<double>(filter.weights[static_cast<size_t>(k)]) *
           static_cast<double>(values[static_cast<size_t>(start + k)]);
  return static_cast<float>(sum);
}

}  // namespace

Audio as_mono(Audio audio) {
  if (audio.channels == 1) return audio;
  const auto channels = static_cast<size_t>(audio.channels);
  Audio mono{.rate = audio.rate, .channels = 1, .values = {}};
  mono.values.reserve(audio.values.size() / channels);
  for (size_t i = 0; i + channels <= audio.values.size(); i += channels) {
    double sum = 0;
    for (size_t c = 0; c < channels; ++c) sum += static_cast<double>(audio.values[i + c]);
    mono.values.push_back(static_cast<float>(sum / static_cast<double>(channels)));
  }
  return mono;
}

Audio resampled(const Audio& audio, int64_t rate) {
  if (audio.channels != 1 || audio.rate < 1 || rate < 1)
    throw Error("resampling " + std::to_string(audio.channels) + " channels from " +
                    std::to_string(audio.rate) + " to " + std::to_string(rate) +
                    " values per second, expected one channel and rates above 0",
                "");
  if (audio.rate == rate) return audio;
  const int64_t common = std::gcd(audio.rate, rate);
  const int64_t up = rate / common, down = audio.rate / common;
  const double scale = kCut * std::min(1.0, static_cast<double>(up) / static_cast<double>(down));
  Audio out{.rate = rate, .channels = 1, .values = {}};
  out.values.resize(static_cast<size_t>((audio.frames() * up + down - 1) / down));
  std::map<int64_t, Filter> filters;  // by the place between two old values, in 1 / up of a step
  for (size_t i = 0; i < out.values.size(); ++i) {
    const int64_t place = static_cast<int64_t>(i) * down;
    const auto [filter, fresh] = filters.try_emplace(place % up);
    if (fresh)
      filter->second = filter_at(static_cast<double>(place % up) / static_cast<double>(up), scale);
    out.values[i] = apply(filter->second, audio.values, place / up);
  }
  return out;
}

}  // namespace gannet
