// Films of frames, and of a run's grids.
#pragma once

#include "gannet/base/files.h"
#include "gannet/formats/image.h"
#include "gannet/image/video_writer.h"

namespace gannet::cli {

// Enlarged by repeating pixels; scale < 1: to at least 256 pixels of width.
Image at_scale(const Image& frame, int64_t scale);

// The film of a run's grids, snapshot by snapshot, from the untrained network's on; returns how
// many there are. fps < 0 in `options`: four a second. Throws Error where there is no grid yet.
size_t write_film(const Path& run, const Path& out, VideoWriterOptions options, int64_t scale = -1);

}  // namespace gannet::cli
