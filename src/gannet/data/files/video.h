// Folders and zips of the user's clips: each folder of pictures is one, its frames in the order of
// their names. A single bad file never throws: it is in the report.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "gannet/data/files/images.h"

namespace gannet {

struct ClipReport : PictureReport {
  int64_t fewest = 0, most = 0;  // pictures in a clip
};

struct ClipSet : CollectedSet {
  std::vector<Picture> frames;  // of one size, clip after clip
  int64_t length = 0;           // frames of a clip
  ClipReport report;
};

// The middle SourceOptions::frames of each clip, decoded as load_pictures() does. A clip with
// fewer, or with a bad one among them, is a problem.
ClipSet load_clips(Collection from, const SourceOptions& options);

// The set as training takes it, [C, T, H, W]. Throws ManyErrors as settle_problems() does.
std::unique_ptr<Dataset> make_dataset(ClipSet set, const SourceOptions& options);

}  // namespace gannet
