// Log-mel spectrograms of audio, and the distance of clips by them (the mel term of HiFi-GAN, Kong
// et al. 2020, arXiv:2010.05646, eq. 5).
#pragma once

#include "gannet/tensor/batch.h"

namespace gannet {

struct MelBands {
  int64_t window = 1024, hop = 256, bands = 80;
  double low = 0, high = 0;  // in Hz; high 0: half of the rate
  double least = 1e-5;       // magnitudes below are raised to it (100 dB below a full sine)
};

// [bands, window / 2 + 1]: triangles in Slaney's mel scale (linear below 1 kHz), each of area 1, as
// librosa's mel(htk=False, norm="slaney"). rate in Hz.
Tensor mel_filterbank(double rate, const MelBands& bands = {});

// Natural logarithms [N, bands, 1 + T / hop] of band magnitudes (tensor/spectrogram.h) of clips
// [N, T]; least is that of a band.
Tensor log_mel(const Tensor& audio, double rate, const MelBands& bands = {});

// [N]: mean absolute difference of the log-mel spectrograms of a and b [N, T], in nats (8.7 dB
// each). Throws Error for clips of two lengths.
Tensor log_mel_distance(const Tensor& a, const Tensor& b, double rate, const MelBands& bands = {});

}  // namespace gannet
