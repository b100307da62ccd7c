#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "gannet/base/error.h"
#include "gannet/base/message_text.h"
#include "gannet/base/parallel.h"
#include "gannet/data/files/detail/value_ranges.h"
#include "gannet/formats/image_file.h"

namespace gannet {
namespace {

constexpr double kNarrow = 0.25;  // of the type's range: what is below is said
// Most images' share of a common range, and how far from 0 the others' values are, in units of it.
constexpr double kOutlying = 0.1, kFarReach = 5;

}  // namespace

void UsedRange::merge(const UsedRange& more) {
  if (more.empty()) return;
  low = std::min(low, more.low);
  high = std::max(high, more.high);
  white = white == 1 || more.white == 1 ? 1 : std::max(white, more.white);
}

StoredRange UsedRange::stored() const { return {{low * white, high * white}, white}; }

UsedRange used_range(const DeepImage& image) {
  const ValueRange range = value_range(image);
  return {range.low / image.white, range.high / image.white, image.white};
}

UsedRange used_range(const Image& image) {
  UsedRange used{.white = 255};
  for (size_t i = 0; i < image.pixels.size(); ++i) {
    if (image.channels == 4 && i % 4 == 3) continue;
    used.low = std::min(used.low, image.pixels[i] / 255.0);
    used.high = std::max(used.high, image.pixels[i] / 255.0);
  }
  return used;
}

std::optional<ValueRange> parse_value_range(const std::string& text) {
  if (text == "full" || text == "auto") return {};
  char* end = nullptr;
  ValueRange range;
  range.low = std::strtod(text.c_str(), &end);
  const bool two = end != text.c_str() && *end == ',';
  const char* second = two ? end + 1 : end;
  range.high = std::strtod(second, &end);
  const bool whole = two && end != second && *end == '\0';
  if (!whole || !std::isfinite(range.low) || !std::isfinite(range.high) || range.high <= range.low)
    throw UsageError("expected full, auto or LOW,HIGH with LOW below HIGH, found '" + text + "'",
                     "--value-range", "--value-range auto");
  return range;
}

std::optional<StoredRange> set_range(const Collection& images, const std::string& option,
                                     bool inputs, int64_t threads) {
  const std::optional<ValueRange> given = parse_value_range(option);
  std::vector<UsedRange> used(images.items.size());
  parallel_for(static_cast<int64_t>(used.size()), threads, [&](int64_t index) {
    const auto i = static_cast<size_t>(index);
    const SampleItem& item = images.items[i];
    if (option == "full" || (inputs && !item.input)) return;
    const FileRef& file = inputs ? *item.input : item.file;
    try {
      const Bytes bytes = images.trees[file.tree]->read(file.index, kMostImageFile);
      if (given)
        used[i].white = read_image_info(bytes, "").white;
      else
        used[i] = used_range(read_deep_image(bytes, ""));
    } catch (const Error&) {  // decoding says why
    }
  });
  UsedRange all;
  for (const UsedRange& one : used) all.merge(one);
  if (all.empty()) return {};
  return given ? StoredRange{*given, all.white} : all.stored();
}

Image read_ranged_image(ByteSpan bytes, const std::optional<StoredRange>& range, UsedRange& used) {
  const bool deep = range || read_image_info(bytes, "").white != 255;
  if (deep) {
    const DeepImage image = read_deep_image(bytes, "");
    used.merge(used_range(image));
    if (range) return to_image(image, *range);
    try {
      return to_image(image);
    } catch (const ValuesOutOfRange& error) {
      throw Error(std::string(error.what()) + " (or --value-range auto)", "");
    }
  }
  Image image = read_image(bytes, "");
  used.merge(used_range(image));
  return image;
}

std::string narrow_range_text(const UsedRange& used) {
  if (used.empty() || used.high - used.low >= kNarrow || used.high <= used.low) return "";
  const StoredRange range = used.stored();
  return "the images use " + value_range_text(range) +
         ", and are nearly of one grey to a network: --value-range auto, or --value-range " +
         number_text(range.values.low) + "," + number_text(range.values.high) +
         ", stretches them all alike";
}

std::string outlying_range_text(const std::vector<UsedRange>& used,
                                const std::vector<std::string>& names) {
  UsedRange all;
  std::vector<double> widths;
  for (const UsedRange& one : used) {
    all.merge(one);
    widths.push_back(one.high - one.low);
  }
  if (used.size() < 3) return "";
  const auto middle = widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2);
  std::nth_element(widths.begin(), middle, widths.end());
  const double typical = *middle;
  if (typical <= 0 || typical > kOutlying * (all.high - all.low)) return "";
  UsedRange others;
  std::string first;
  int64_t count = 0;
  for (size_t i = 0; i < used.size(); ++i) {
    const double reach = std::max(std::abs(used[i].low), std::abs(used[i].high));
    if (reach <= kFarReach * typical) {
      others.merge(used[i]);
      continue;
    }
    if (count++ == 0) first = names[i] + " has " + value_range_text(used[i].stored());
  }
  if (count == 0 || others.empty()) return "";
  return first + (count == 1 ? "" : " (and " + std::to_string(count - 1) + " more like it)") +
         ", all others " + value_range_text(others.stored()) +
         ": one range for all makes these nearly of one grey: leave it out, or --value-range " +
         number_text(others.stored().values.low) + "," + number_text(others.stored().values.high);
}

std::string mixed_depths_text(const std::map<double, int64_t>& whites) {
  if (whites.size() < 2) return "";
  std::string text;
  for (const auto& [white, count] : whites)
    text += (text.empty() ? "" : ", ") + std::to_string(count) +
            (white == 1     ? " in floating point"
             : white == 255 ? " of 8 bits"
                            : " of " + std::to_string(std::lround(std::log2(white + 1))) + " bits");
  return "the images are of several depths: " + text +
         "; their values are taken as shares of each type's white";
}

std::string value_range_text(const StoredRange& range) {
  return "values from " + number_text(range.values.low) + " to " + number_text(range.values.high) +
         (range.white == 1 ? " in floating point" : " of 0 to " + number_text(range.white));
}

}  // namespace gannet
