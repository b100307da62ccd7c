// Frames as a video file: animated WebP or PNG, or MP4 through the program ffmpeg where there is
// one.
#pragma once

#include <memory>

#include "gannet/base/files.h"
#include "gannet/formats/image.h"

namespace gannet {

class VideoWriter {
 public:
  virtual ~VideoWriter() = default;
  virtual void add(const Image& frame) = 0;  // all of one size
  virtual void finish() = 0;                 // the file appears, whole
};

struct VideoWriterOptions {
  double fps = 24;
  int64_t quality = 90;  // of lossy WebP, 0 to 100; -1: lossless
};

// By the name's end: .webp, .apng, .png, .mp4. Throws UsageError for another, Error for .mp4
// without ffmpeg, before any frame is added.
std::unique_ptr<VideoWriter> open_video_writer(const Path& file,
                                               const VideoWriterOptions& options = {});

}  // namespace gannet
