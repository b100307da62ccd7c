// How a data set is opened, as plain values. No torch in here.
#pragma once

#include <cstdint>
#include <string>

#include "gannet/base/options.h"

namespace gannet {

// Of folders and zips of files.
struct ImageOptions {
  std::string crop = "center";       // center: the largest square; none: only whole images;
                                     // random: squares at their own resolution, anew each epoch
  std::string filter = "lanczos";    // formats/resample.h
  std::string background = "white";  // under transparent pixels: white, black, grey, or RRGGBB
  std::string labels = "auto";       // auto: dataset.json, else sub-folders; folders; none
  std::string pairs = "auto";        // auto, none, folders (a/ and b/), side (one beside the other)
  std::string direction = "AtoB";    // of pairs: AtoB learns B from A
  std::string bad_files = "refuse";  // refuse, or skip

  bool operator==(const ImageOptions&) const = default;
};

struct SourceOptions {
  uint64_t seed = 0;               // synthetic sets only
  int64_t image_size = -1;         // side in pixels; -1: the source chooses, and says why
  int64_t limit = 0;               // at most so many samples, 0 = all
  std::string split = "train";     // train|test; a file is refused as test
  ImageOptions images;             // of which audio clips take labels and bad_files
  int64_t rate = -1, length = -1;  // of audio clips; -1: the source chooses, and says why
  int64_t frames = 0;              // > 0: folders of images are videos of so many
  int64_t threads = 0;             // that decode files; 0: the physical cores
};

// The fields that `train` and `data` share: image-size, rate, length, frames, and those of
// ImageOptions.
void image_fields(FieldVisitor& visitor, SourceOptions& options);

// The same source under a name that holds in any folder: paths made absolute, also both of A:B;
// built-in names as they are.
std::string absolute_source(const std::string& source);

// An option that a rule chose, and why.
struct Decision {
  std::string name, value, reason;
};

}  // namespace gannet
