// The size that the images of a set are resampled to.
#pragma once

#include <map>
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

// sizes: how many images are of each; halves: 2 of side-by-side pairs.
using ImageSizes = std::map<ImageSize, int64_t>;
// That are not of the sample's shape.
int64_t count_cropped(const ImageSizes& sizes, int64_t halves, ImageSize sample);
// Pixels of a sample of this size for one of the stored image whose shorter side is in the middle
// of all; 0 where there is none.
double training_scale(const ImageSizes& sizes, int64_t halves, ImageSize sample);

}  // namespace gannet
