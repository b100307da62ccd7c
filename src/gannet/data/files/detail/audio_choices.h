// Rate and length of a set of audio clips, chosen by those of its files.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "gannet/data/source_options.h"

namespace gannet {

// The rate that most audio clips have; where none has a majority, the lowest at which few lose
// their high frequencies: what is below it is upsampled, which loses nothing. rates: how many have
// each.
Decision choose_audio_rate(const std::map<int64_t, int64_t>& rates);

// The smallest power of two from 1024 to 16384 that cuts few. lengths: at the set's rate.
Decision choose_audio_length(const std::vector<int64_t>& lengths);

}  // namespace gannet
