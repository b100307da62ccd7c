// Spectrograms of audio clips, as images.
#pragma once

#include "gannet/formats/png.h"
#include "gannet/tensor/batch.h"

namespace gannet {

// Short-time Fourier transform of [N, T], Hann windows of `window` samples (even, at least 2) every
// `hop`, centred (zeros beyond the ends): magnitudes [N, window / 2 + 1, 1 + T / hop], 1 for a full
// sine between two windows' edges; frequency k is k / window of the rate.
Tensor spectrogram(const Tensor& audio, int64_t window, int64_t hop);

// Magnitudes [F, frames] of one audio clip as an image of 3 channels, the lowest frequency at the
// bottom: from 80 decibels below the loudest (dark) up to it (bright).
Image draw_spectrogram(const Tensor& magnitudes, int64_t width, int64_t height);

}  // namespace gannet
