#include "gannet/data/synthetic/tones.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace gannet {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;

// What a step of height -2 at phase 0 needs within one sample of it, so that its overtones beyond
// half the rate do not fold back (PolyBLEP: Valimaki & Huovilainen 2007, "Antialiasing oscillators
// in subtractive synthesis", eq. 5). phase in [0, 1), step = pitch / rate.
double smoothed_step(double phase, double step) {
  if (phase < step) {
    const double t = phase / step;
    return t + t - t * t - 1;
  }
  if (phase > 1 - step) {
    const double t = (phase - 1) / step;
    return t * t + t + t + 1;
  }
  return 0;
}

double saw(double phase, double step) { return 2 * phase - 1 - smoothed_step(phase, step); }

double square(double phase, double step) {
  const double half = phase < 0.5 ? phase + 0.5 : phase - 0.5;
  return (phase < 0.5 ? 1 : -1) + smoothed_step(phase, step) - smoothed_step(half, step);
}

double sine(double phase, double) { return std::sin(kTurn * phase); }

// A wave whose pitch glides by so many octaves from the first value to the last.
template <class Wave>
void oscillate(const Tone& tone, std::span<float> out, Wave wave) {
  const double ratio = std::exp2(tone.glide / static_cast<double>(out.size()));
  double phase = 0, step = tone.pitch / kToneRate;
  for (float& value : out) {
    value = static_cast<float>(wave(phase, step));
    phase += step;
    phase -= std::floor(phase);
    step *= ratio;
  }
}

// White noise through two poles at `pitch`.
void hiss(const Tone& tone, const Address& address, uint32_t sample, std::span<float> out) {
  normal(address, sample, out);
  const double keep = std::exp(-kTurn * tone.pitch / kToneRate);
  double first = 0, second = 0;
  for (float& value : out) {
    first += (1 - keep) * (value - first);
    second += (1 - keep) * (first - second);
    value = static_cast<float>(second);
  }
}

// A string as a loop of noise that is averaged on every round (Karplus & Strong 1983, "Digital
// synthesis of plucked-string and drum timbres").
void pluck(const Tone& tone, const Address& address, uint32_t sample, std::span<float> out) {
  const auto loop = std::min(out.size(), static_cast<size_t>(std::lround(kToneRate / tone.pitch)));
  uniform(address, sample, out.first(loop));
  const float mean =
      std::accumulate(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(loop), 0.0f) /
      static_cast<float>(loop);
  for (float& value : out.first(loop)) value -= mean;  // a string has no constant part
  for (size_t i = loop; i < out.size(); ++i)
    out[i] = 0.498f * (out[i - loop] + (i > loop ? out[i - loop - 1] : 0.0f));
}

struct Timbre {
  const char* name;
  void (*synthesize)(const Tone&, const Address&, uint32_t, std::span<float>);
};
constexpr Timbre kTimbres[] = {
    {"sine", [](const Tone& t, const Address&, uint32_t,
                std::span<float> out) { oscillate(t, out, sine); }},
    {"square", [](const Tone& t, const Address&, uint32_t,
                  std::span<float> out) { oscillate(t, out, square); }},
    {"saw",
     [](const Tone& t, const Address&, uint32_t, std::span<float> out) { oscillate(t, out, saw); }},
    {"noise", hiss},
    {"pluck", pluck},
    {"chirp", [](const Tone& t, const Address&, uint32_t,
                 std::span<float> out) { oscillate(t, out, sine); }},
};
constexpr uint32_t kNoise = 3, kPluck = 4, kChirp = 5;

// Attack, decay, and the last hundredth of a second down to silence.
double envelope(const Tone& tone, double seconds, double left) {
  return std::min(1.0, seconds / tone.attack) * std::exp(-seconds / tone.decay) *
         std::min(1.0, left / 0.01);
}

}  // namespace

const std::vector<std::string>& timbre_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Timbre& timbre : kTimbres) all.push_back(timbre.name);
    return all;
  }();
  return names;
}

Tone draw_tone(const Address& address, uint32_t sample) {
  float u[8];
  uniform(address, sample, u);
  const auto mix = [](double from, double to, double share) { return from + share * (to - from); };
  Tone tone;
  tone.timbre = static_cast<uint32_t>(u[0] * static_cast<float>(std::size(kTimbres)));
  tone.pitch = 110 * std::exp2(3 * u[1]);  // 110 to 880 Hz
  if (tone.timbre == kNoise) tone.pitch *= 6;
  if (tone.timbre == kChirp) tone.glide = (u[2] < 0.5f ? -1 : 1) * mix(1, 2.5, u[3]);
  if (tone.glide < 0) tone.pitch *= std::exp2(-tone.glide);  // falls to where others begin
  tone.start = 0.04 * u[4];
  tone.attack = 0.002 * std::exp2(5 * u[5]);                        // 2 to 64 ms
  tone.decay = 0.08 * std::exp2(3 * u[6]);                          // 80 to 640 ms
  if (tone.timbre == kPluck) tone.attack = 0.002, tone.decay = 10;  // it decays by itself
  tone.peak = mix(0.5, 0.95, u[7]);
  return tone;
}

void play(const Tone& tone, const Address& address, uint32_t sample, std::span<float> out) {
  Address noise = address;
  noise.call = 1;
  const size_t silent =
      std::min(out.size(), static_cast<size_t>(std::lround(tone.start * kToneRate)));
  std::ranges::fill(out.first(silent), 0.0f);
  const std::span<float> sounding = out.subspan(silent);
  kTimbres[tone.timbre].synthesize(tone, noise, sample, sounding);
  float largest = 1e-9f;
  for (size_t i = 0; i < sounding.size(); ++i) {
    const double after = static_cast<double>(i) / kToneRate;
    const double left = static_cast<double>(sounding.size() - 1 - i) / kToneRate;
    sounding[i] *= static_cast<float>(envelope(tone, after, left));
    largest = std::max(largest, std::abs(sounding[i]));
  }
  for (float& value : sounding) value *= static_cast<float>(tone.peak) / largest;
}

}  // namespace gannet
