// Folders and zips of the user's videos: each folder of images is one, its frames in the order of
// their names. A bad file never throws: it is in the report.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "gannet/data/files/images.h"

namespace gannet {

struct VideoReport : ImageReport {
  int64_t fewest = 0, most = 0;  // frames of a video
};

struct VideoSet : CollectedSet {
  std::vector<Image> frames;  // of one size, video after video
  int64_t length = 0;         // frames of a video
  VideoReport report;
};

// The middle SourceOptions::frames of each video, decoded as load_images() does. A video with
// fewer, or with a bad one among them, is a problem.
VideoSet load_videos(Collection from, const SourceOptions& options);

// The set for training, [C, T, H, W]. Throws ManyErrors as refuse_or_warn() does.
std::unique_ptr<Dataset> make_dataset(VideoSet set, const SourceOptions& options);

}  // namespace gannet
