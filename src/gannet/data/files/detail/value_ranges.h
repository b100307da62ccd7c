// Which stored values of a set's images become black and white (--value-range), and what to say of
// sets that use little of their range.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/data/files/collection.h"
#include "gannet/formats/deep_image.h"

namespace gannet {

// Values of many images, as shares of their types' white; thread-safe where one is merged.
struct UsedRange {
  double low = 1e300, high = -1e300;
  double white = 0;  // of the deepest type; 1 where one is floating point

  bool empty() const { return white == 0; }
  void merge(const UsedRange& more);
  StoredRange stored() const;
};

UsedRange used_range(const DeepImage& image);
UsedRange used_range(const Image& image);

constexpr uint64_t kMostImageFile = uint64_t{1} << 28;  // bytes

// The range of a set's images by the option, from a pass over all of them; of pairs in two folders
// of targets or inputs. None for full. Decodes on several threads, passes over what cannot be read.
std::optional<StoredRange> set_range(const Collection& images, const std::string& option,
                                     bool inputs, int64_t threads);

// The range that the option names in numbers; none for full and auto. Throws UsageError.
std::optional<ValueRange> parse_value_range(const std::string& text);

// An image file by the range of its set, or by its type's own range; what it uses is merged.
Image read_ranged_image(ByteSpan bytes, const std::optional<StoredRange>& range, UsedRange& used);

// What a user should know of a set without a range: that its images are nearly of one value. "":
// nothing.
std::string narrow_range_text(const UsedRange& used);

// What a user should know of a set with one range for all: that a few images, by their names, use
// so much more than most others that these become nearly of one grey.
std::string outlying_range_text(const std::vector<UsedRange>& used,
                                const std::vector<std::string>& names);

// What a user should know of images of 8 bits beside others: how many have each type's white.
std::string mixed_depths_text(const std::map<double, int64_t>& whites);

std::string value_range_text(const StoredRange& range);  // "0 to 4095 of 65535"

}  // namespace gannet
