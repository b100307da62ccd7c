// Procedural audio: single tones of six timbres, at any pitch, with an envelope.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "gannet/base/philox.h"

namespace gannet {

constexpr double kToneRate = 16000;    // samples per second
constexpr int64_t kToneLength = 8192;  // samples, about half a second

struct Tone {
  uint32_t timbre = 0;              // an index in timbre_names()
  double pitch = 220;               // Hz; of noise: the cut-off frequency
  double glide = 0;                 // octaves over the tone: of a chirp
  double start = 0, attack = 0.01;  // seconds
  double decay = 0.3;               // seconds until the amplitude is 1/e
  double peak = 0.8;                // the largest absolute value
};

const std::vector<std::string>& timbre_names();  // sine square saw noise pluck chirp

Tone draw_tone(const Address& address, uint32_t sample);  // a function of the address alone

// The tone's values in [-1, 1] at kToneRate. `address` and `sample` give the noise in it.
void play(const Tone& tone, const Address& address, uint32_t sample, std::span<float> out);

}  // namespace gannet
