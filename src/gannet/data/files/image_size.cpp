#include "gannet/data/files/detail/image_size.h"

#include <algorithm>
#include <map>

#include "gannet/image/halving.h"

namespace gannet {
namespace {

constexpr int64_t kRandomSide = 96;  // pixels of a random crop, by default
constexpr int64_t kUsualSide = 64;   // learned within hours on a CPU

// The two halves of such an image are often a pair.
std::string pairs_text(ImageSize size) {
  return size.width == 2 * size.height ? " (--pairs side where each holds two)" : "";
}

SizeChoice usual_size(const std::vector<ImageSize>& stored, size_t different) {
  std::vector<int64_t> sides;
  for (const ImageSize size : stored) sides.push_back(std::min(size.width, size.height));
  const auto small = std::ranges::count_if(sides, [](int64_t side) { return side < 64; });
  const bool mostly_small = 2 * small > static_cast<int64_t>(sides.size());
  const int64_t side = mostly_small ? 32 : kUsualSide;
  const auto [least, most] = std::ranges::minmax(sides);
  const std::string found = different == 1
                                ? "images are " + size_text(stored[0]) + pairs_text(stored[0])
                                : "images are of " + std::to_string(different) +
                                      " sizes, their shorter sides from " + std::to_string(least) +
                                      " to " + std::to_string(most);
  return {.size = {side, side},
          .is_stored = false,
          .decision = Decision{"image-size", std::to_string(side),
                               found + (mostly_small ? "; most are below 64"
                                                     : "; 64 is learned within hours on a CPU")}};
}

// Convolutional networks take sizes that halve well: of another one, the next below it.
std::optional<ImageSize> fitting_size(ImageSize size) {
  if (halve(size)) return {};
  const std::vector<ImageSize> near = nearest_halving_sizes(size);
  if (near.empty() || near[0].width > size.width) return {};
  return near[0];
}

}  // namespace

std::optional<SizeChoice> size_of_options(const SourceOptions& options) {
  if (options.image_size > 0)
    return SizeChoice{.size = options.image_size, .is_stored = false, .decision = {}};
  if (options.files.crop != "random") return {};
  return SizeChoice{
      .size = {kRandomSide, kRandomSide},
      .is_stored = false,
      .decision = Decision{"image-size", std::to_string(kRandomSide), "the side of random crops"}};
}

SizeChoice choose_image_size(const std::vector<ImageSize>& stored, const SourceOptions& options) {
  if (stored.empty()) return {};
  std::map<ImageSize, int64_t> counts;
  for (const ImageSize size : stored) ++counts[size];
  const auto often = std::ranges::max_element(counts, {}, [](const auto& c) { return c.second; });
  const ImageSize size = often->first;
  const bool whole = options.files.crop == "none";
  if (!whole && (counts.size() > 1 || !size.is_square() || size.width > kUsualSide))
    return usual_size(stored, counts.size());
  if (const auto fitting = fitting_size(size); !whole && fitting)
    return {.size = *fitting,
            .is_stored = false,
            .decision = Decision{"image-size", side_text(*fitting),
                                 "all " + std::to_string(stored.size()) + " images are " +
                                     size_text(size) + ", and " + side_text(*fitting) +
                                     " is the next size that halves well"}};
  return {
      .size = size,
      .is_stored = true,
      .decision = Decision{"image-size", whole ? "auto" : std::to_string(size.width),
                           (counts.size() == 1 ? "all " : "most of the ") +
                               std::to_string(stored.size()) + " images are " + size_text(size)}};
}

int64_t count_cropped(const ImageSizes& sizes, int64_t halves, ImageSize sample) {
  int64_t cut = 0;
  for (const auto& [size, n] : sizes)
    if (size.width / halves * sample.height != size.height * sample.width) cut += n;
  return cut;
}

double training_scale(const ImageSizes& sizes, int64_t halves, ImageSize sample) {
  std::vector<int64_t> sides;
  for (const auto& [size, n] : sizes)
    sides.insert(sides.end(), static_cast<size_t>(n), std::min(size.width / halves, size.height));
  if (sides.empty()) return 0;
  std::ranges::sort(sides);
  const auto stored = static_cast<double>(std::max<int64_t>(1, sides[sides.size() / 2]));
  return static_cast<double>(std::min(sample.width, sample.height)) / stored;
}

}  // namespace gannet
