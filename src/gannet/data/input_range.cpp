#include "gannet/data/input_range.h"

#include <cstdio>

#include "gannet/base/error.h"
#include "gannet/data/files/detail/value_ranges.h"
#include "gannet/formats/image_file.h"

namespace gannet {

RangedImage read_image_by_range(ByteSpan bytes, const InputRange& range, std::string_view source) {
  const std::optional<ValueRange> given =
      range.option == "network" ? std::nullopt : parse_value_range(range.option);
  const bool full = range.option == "full" || (range.option == "network" && !range.network);
  try {
    UsedRange used;
    if (full) {
      Image image = read_ranged_image(bytes, {}, used);
      return {std::move(image), narrow_range_text(used)};
    }
    const DeepImage image = read_deep_image(bytes, "");
    StoredRange by = range.network.value_or(StoredRange{});
    if (range.option == "auto") by = used_range(image).stored();
    if (given) by = {*given, image.white};
    return {to_image(image, by),
            value_range_text(by) + " become black to white" +
                (range.option == "network" ? ", as the network learned them (--value-range)" : "")};
  } catch (const Error& error) {
    throw Error(error.what(), std::string(source), error.hint());
  }
}

std::string range_option(const std::optional<StoredRange>& network, const std::string& option) {
  if (option != "network") return option;
  if (!network) return "full";
  char text[80];
  std::snprintf(text, sizeof text, "%.17g,%.17g", network->values.low, network->values.high);
  return text;
}

}  // namespace gannet
