#include "gannet/data/detail/checks.h"

#include <algorithm>

#include "gannet/base/error.h"

namespace gannet {

uint32_t split_number(const std::string& split) {
  if (split == "train") return 0;
  if (split == "test") return 1;
  if (split == "val")
    throw UsageError("only folders and zips have a validation split, here there are train and test",
                     "--split val", "--split test");
  throw UsageError("unknown split '" + split + "', expected train or test", "--split");
}

int64_t limited(int64_t size, const SourceOptions& options) {
  if (options.limit < 0)
    throw UsageError("limit is " + std::to_string(options.limit) + ", expected 0 (all) or more",
                     "");
  return options.limit > 0 ? std::min(size, options.limit) : size;
}

void check_index(int64_t index, int64_t size) {
  if (index < 0 || index >= size)
    throw Error("sample " + std::to_string(index) + " of " + std::to_string(size) + " requested",
                "");
}

void refuse_options_of_images(const std::string& source, const SourceOptions& options,
                              bool takes_size) {
  if (options.image_size > 0 && !takes_size)
    throw UsageError("--image-size is for procedural images, folders and zips", source,
                     "--data shapes, or a folder of images");
  if (options.files != FileOptions{})
    throw UsageError(
        "--crop, --filter, --background, --value-range, --labels, --pairs, --direction, "
        "--bad-files "
        "and --kind are for folders and zips",
        source);
  if (options.rate > 0 || options.length > 0 || options.frames > 0)
    throw UsageError(
        "--rate, --length and --frames are for folders and zips of audio clips and videos", source);
}

}  // namespace gannet
