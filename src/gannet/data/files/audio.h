// Folders and zips of the user's audio clips: one channel, one rate, one length. A single bad file
// never throws: it is in the report.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "gannet/data/files/collection.h"

namespace gannet {

struct AudioReport : CollectionReport {
  std::map<int64_t, int64_t> rates;  // as stored
  double shortest = 0, longest = 0;  // seconds
  int64_t mixed = 0;                 // have several channels, of which the mean is taken
  int64_t resampled = 0;
  int64_t cut = 0, padded = 0;  // longer or shorter than the set's length
};

struct AudioSet : CollectedSet {
  std::vector<std::vector<float>> audio;  // each of the set's length
  AudioReport report;
};

// Decodes on several threads: the mean of the channels, resampled, its first `length` values (zeros
// after a shorter one's end), scaled until the largest absolute value is 1. Silence is a problem.
// Throws Error before it begins where the set is larger than the machine's memory.
AudioSet load_audio(Collection from, const SourceOptions& options);

// The set as training takes it, [1, T]. Throws ManyErrors as settle_problems() does.
std::unique_ptr<Dataset> make_dataset(AudioSet set, const SourceOptions& options);

}  // namespace gannet
