#include "cli/source.h"

#include <algorithm>

#include "gannet/base/error.h"

namespace gannet::cli {

void SourceFields::fields(FieldVisitor& visitor) {
  visitor.field(
      "split", source.split,
      {.help = "which part, where a set has several; test: val where there is no test part",
       .choices = {"train", "val", "test"}});
  visitor.field("limit", source.limit,
                {.help = "at most so many samples; 0: all", .unit = "samples", .min = 0});
  source_fields(visitor, source);
}

std::vector<uint64_t> different_seeds(const std::string& text, std::string_view option) {
  const std::vector<uint64_t> seeds = parse_seeds(text, option);
  for (size_t i = 0; i < seeds.size(); ++i)
    if (std::find(seeds.begin(), seeds.begin() + static_cast<std::ptrdiff_t>(i), seeds[i]) !=
        seeds.begin() + static_cast<std::ptrdiff_t>(i))
      throw UsageError("seed " + std::to_string(seeds[i]) + " is there twice",
                       std::string(option) + " " + text, "a run of the same seed is the same run");
  return seeds;
}

std::vector<std::string> split(const std::string& text, char mark) {
  std::vector<std::string> parts;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(mark, at), text.size());
    const size_t first = std::min(text.find_first_not_of(' ', at), end),
                 last = text.find_last_not_of(' ', end - 1);
    parts.push_back(first == end ? "" : text.substr(first, last + 1 - first));
    at = end + 1;
  }
  return parts;
}

}  // namespace gannet::cli
