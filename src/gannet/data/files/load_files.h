// The files of a folder, a zip or two, decoded by their kind.
#pragma once

#include <variant>

#include "gannet/data/fetched_sets.h"
#include "gannet/data/files/audio.h"
#include "gannet/data/files/video.h"

namespace gannet {

using FileSet = std::variant<ImageSet, AudioSet, VideoSet>;

// Throws Error where there is nothing to use; a bad file is in the set's report.
FileSet load_files(const ResolvedSource& source);

}  // namespace gannet
