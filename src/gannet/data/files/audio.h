// Folders and zips of the user's audio clips: one channel, one rate, one length. A bad file never
// throws: it is in the report.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "gannet/data/files/collected_set.h"

namespace gannet {

struct AudioReport : CollectionReport {
  std::map<int64_t, int64_t> rates;  // as stored
  double shortest = 0, longest = 0;  // seconds
  int64_t downmixed = 0;             // of several channels, averaged to one
  int64_t resampled = 0;
  int64_t cut = 0, padded = 0;  // longer or shorter than the set's length
};

struct AudioSet : CollectedSet {
  std::vector<std::vector<float>> audio;  // each of the set's length
  AudioReport report;
};

// Decodes on several threads: downmixed to one channel, resampled, cut or zero-padded to `length`
// values, and normalised to a peak of 1. Silence is a problem. Throws Error before decoding where
// the set is larger than the machine's memory.
AudioSet load_audio(Collection from, const SourceOptions& options);

// The set for training, [1, T]. Throws ManyErrors as refuse_or_warn() does.
std::unique_ptr<Dataset> make_dataset(AudioSet set, const SourceOptions& options);

}  // namespace gannet
