// An audio clip as numbers, downmixing and resampling.
#pragma once

#include <cstdint>
#include <vector>

namespace gannet {

// Values in [-1, 1] (a file of floats may hold larger ones), channels interleaved:
// values[t * channels + c].
struct Audio {
  int64_t rate = 0;  // values per second and channel
  int64_t channels = 1;
  std::vector<float> values;

  int64_t frames() const { return static_cast<int64_t>(values.size()) / channels; }
  bool operator==(const Audio&) const = default;
};

// The mean of its channels.
Audio as_mono(Audio audio);

// Resamples an audio clip of one channel, band-limited: a sinc of 32 zero crossings on
// each side under Kaiser's window (beta 9), cut at 0.91 of the lower rate's half. Below 0.8 of that
// half it is flat to 0.1%; what lies above the half is damped by 90 dB. The first value stays where
// it was; beyond the ends there is silence. ceil(frames to / from) values.
Audio resampled(const Audio& audio, int64_t rate);

}  // namespace gannet
