// Folders and zips of the user's images: their pixels, and all that is wrong with them, before
// training. A bad file never throws: it is in the report.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gannet/data/files/collected_set.h"
#include "gannet/formats/image.h"

namespace gannet {

struct ImageReport : CollectionReport {
  std::map<ImageSize, int64_t> sizes;  // as stored, upright
  int64_t enlarged = 0;                // smaller than the size they were resampled to
  int64_t transparent = 0;
  int64_t more_pages = 0;  // of which the first is read
};

struct ImageSet : CollectedSet {
  // All of info.dims' size, or larger with --crop random. input_images: of pairs, else empty.
  std::vector<Image> images, input_images;
  ImageReport report;
};

// Decodes on several threads and resamples; the set takes N C H W bytes. Throws Error before
// decoding where that is more than the machine's memory.
ImageSet load_images(Collection from, const SourceOptions& options);

// The set for training. Throws ManyErrors as refuse_or_warn() does.
std::unique_ptr<Dataset> make_dataset(ImageSet set, const SourceOptions& options);

Colour parse_colour(const std::string& text, const std::string& option);  // throws UsageError

}  // namespace gannet
