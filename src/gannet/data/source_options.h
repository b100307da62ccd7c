// How a data set is opened, as plain values. No torch in here.
#pragma once

#include <cstdint>
#include <string>

#include "gannet/base/image_size.h"
#include "gannet/base/options.h"

namespace gannet {

// Options of folders and zips. Videos come without pairs; audio takes labels, bad_files
// and kind alone.
struct FileOptions {
  std::string crop = "center";       // center: the largest square; none: only whole images;
                                     // random: squares at their own resolution, anew each epoch
  std::string filter = "lanczos";    // image/resample.h
  std::string background = "white";  // under transparent pixels: white, black, grey, or RRGGBB
  std::string value_range = "full";  // of samples that become black and white: full (the type's),
                                     // auto (the set's smallest and largest), or LOW,HIGH
  std::string labels = "auto";       // auto: dataset.json, else labels.csv, else sub-folders;
                                     // folders; names (cat.1.jpg); none; or a CSV file
  std::string pairs = "auto";  // auto, none, folders (a/ and b/), names (1.jpg, 1_mask.png), side
                               // (both in one image), edges (the image and its edges)
  std::string direction = "AtoB";    // of pairs: AtoB has A as input and B as target
  std::string bad_files = "refuse";  // refuse, or skip
  std::string kind = "auto";         // of a folder of several: auto, images, audio, video;
                                     // points: a table of pixels is no images

  bool operator==(const FileOptions&) const = default;
};

// Is FileOptions::labels a file, and none of the other ways?
bool is_label_file(const std::string& labels);

struct SourceOptions {
  uint64_t seed = 0;               // synthetic sets only
  ImageSize image_size = -1;       // -1: chosen, with a Decision
  int64_t limit = 0;               // at most so many samples, 0: all
  std::string split = "train";     // train, val, test; a file has train alone
  FileOptions files;               // folders and zips only
  int64_t rate = -1, length = -1;  // of audio, in Hz and samples; -1: chosen, with a Decision
  std::string gaps = "refuse";     // cells of a table without a value: refuse; drop the row; mean
  int64_t frames = 0;              // > 0: folders of images are videos of so many frames
  int64_t threads = 0;             // that decode files; 0: the physical cores

  bool operator==(const SourceOptions&) const = default;
};

// The fields that `train`, `data` and others share: image-size, rate, length, frames, and those of
// FileOptions.
void source_fields(FieldVisitor& visitor, SourceOptions& options);

// An option that a rule chose, and why.
struct Decision {
  std::string name, value, reason;
};

}  // namespace gannet
