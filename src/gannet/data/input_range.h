// Which stored values of single images become black and white: a network's (--value-range of its
// training) or others. No torch in here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gannet/base/files.h"
#include "gannet/formats/deep_image.h"

namespace gannet {

struct InputRange {
  std::optional<StoredRange> network;  // of the images that the network learned from
  std::string option = "network";      // or full, auto (the image's own values), LOW,HIGH
};

struct RangedImage {
  Image image;
  std::string note;  // how its values were read, where that is not by the type's range; or that
                     // they are nearly of one grey
};

// An image file. Throws Error, UsageError for another option.
RangedImage read_image_by_range(ByteSpan bytes, const InputRange& range, std::string_view source);

// FileOptions::value_range of a set for a network: LOW,HIGH or full in place of `network`.
std::string range_option(const std::optional<StoredRange>& network, const std::string& option);

}  // namespace gannet
