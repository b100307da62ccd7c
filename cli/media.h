// Samples as files of their kind: a picture as PNG, a sound as WAV, a clip as animated WebP.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "gannet/runs/sampler.h"

namespace gannet::cli {

// ".png", ".wav" or ".webp"; "" for points.
std::string_view media_extension(const Sampler& sampler);

// One sample, as SampleBlock has its bytes. Sounds are at the rate of the data.
Bytes media_file(const Sampler& sampler, ByteSpan sample);

// Clips, all playing at once in columns x rows.
Bytes clips_file(const Sampler& sampler, const std::vector<Bytes>& clips, int64_t columns);

}  // namespace gannet::cli
