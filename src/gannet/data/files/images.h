// Folders and zips of the user's images: their pixels, and what is wrong with any of them (all of
// it, before training). A single bad file never throws: it is in the report.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gannet/data/files/collection.h"
#include "gannet/formats/image.h"

namespace gannet {

struct ImageReport : CollectionReport {
  std::map<ImageSize, int64_t> sizes;  // as stored, upright
  int64_t enlarged = 0;                // are smaller than what they were resampled to
  int64_t transparent = 0;
};

struct ImageSet : CollectedSet {
  // All of the shape's size, or larger with --crop random; image: empty where there are no pairs.
  std::vector<Image> real, input_image;
  ImageReport report;
};

// Decodes on several threads, resamples, and holds 8-bit samples: N C S^2 bytes. Throws Error
// before it begins where that is more than the machine's memory.
ImageSet load_images(Collection from, const SourceOptions& options);

// The set as training takes it. Throws ManyErrors naming bad files, unless they are to be skipped;
// Error where no sample is left.
std::unique_ptr<Dataset> make_dataset(ImageSet set, const SourceOptions& options);

Colour parse_colour(const std::string& text, const std::string& option);  // throws UsageError

}  // namespace gannet
