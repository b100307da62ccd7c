// Samples as files of their kind: an image as PNG, an audio clip as WAV, a video as animated WebP.
// No torch in here.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "gannet/models/sampler.h"

namespace gannet {

// ".png", ".wav" or ".webp"; "" for points.
std::string_view media_extension(const Sampler& sampler);

// One sample, as SampleBlock has its bytes. Audio are at the rate of the data.
Bytes media_file(const Sampler& sampler, ByteSpan sample);

// Videos, all playing at once in columns x rows.
Bytes videos_file(const Sampler& sampler, const std::vector<Bytes>& videos, int64_t columns);

}  // namespace gannet
