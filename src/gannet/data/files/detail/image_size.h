// The size that the images of a set are resampled to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gannet/data/source_options.h"
#include "gannet/formats/image.h"

namespace gannet {

struct SizeChoice {
  ImageSize size;
  bool is_stored = false;  // the images' own size: nothing is resampled
  std::optional<Decision> decision;
};

// The size that the options determine, whatever the images; none where it depends on them.
std::optional<SizeChoice> size_of_options(const SourceOptions& options);

// The images' own size where they are all of one square size of at most 64 pixels (with --crop none
// the most frequent one), or the next below it that halves well; else a usual one.
SizeChoice choose_image_size(const std::vector<ImageSize>& stored, const SourceOptions& options);

}  // namespace gannet
