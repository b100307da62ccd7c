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
  int64_t late = 0;             // cut to where their sound begins
  int64_t recordings = 0;       // of several samples each
};

// Where a sample's values begin.
struct AudioPlace {
  size_t file = 0;  // in AudioSet::audio
  int64_t start = 0;
};

struct AudioSet : CollectedSet {
  std::vector<std::vector<float>> audio;  // of each good file: of the set's length, or longer
  std::vector<AudioPlace> places;         // of each sample
  AudioReport report;
};

// A file of so many times the set's length, or more, is a recording, all of which is learned from.
constexpr int64_t kRecording = 8;

// Decodes on several threads: downmixed to one channel, resampled, and normalized to a peak of 1.
// Files shorter than `length` values are zero-padded, longer ones cut to their beginning, or, after
// quiet, to where their sound begins; recordings become a sample for each `length` values that are
// not silent. Silence throughout is a problem. Throws Error before decoding where the set is larger
// than the machine's memory.
AudioSet load_audio(Collection from, const SourceOptions& options);

// The set for training, [1, T]. Of recordings each epoch draws other windows, at most half a length
// from the samples' places. Throws ManyErrors as refuse_or_warn() does.
std::unique_ptr<Dataset> make_dataset(AudioSet set, const SourceOptions& options);

}  // namespace gannet
