#include "cli/source.h"

#include <algorithm>
#include <charconv>

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

Grid parse_grid(const std::string& text, std::string_view option) {
  constexpr int64_t most = 1000;
  Grid grid;
  const char* end = text.data() + text.size();
  const auto columns = std::from_chars(text.data(), end, grid.columns);
  const bool two = columns.ec == std::errc() && columns.ptr != end && *columns.ptr == 'x';
  const auto rows = std::from_chars(two ? columns.ptr + 1 : end, end, grid.rows);
  if (!two || rows.ec != std::errc() || rows.ptr != end || grid.columns < 1 || grid.rows < 1 ||
      grid.columns > most || grid.rows > most) {
    throw UsageError("expected COLUMNSxROWS, each from 1 to 1000, found '" + text + "'",
                     std::string(option), std::string(option) + " 8x4");
  }
  return grid;
}

std::vector<uint64_t> parse_seeds(const std::string& text, std::string_view option) {
  constexpr uint64_t most = 10'000'000;
  const auto refuse = [&](const std::string& what) {
    throw UsageError(what + ", found '" + text + "'", std::string(option),
                     std::string(option) + " 0,1,4-6");
  };
  std::vector<uint64_t> seeds;
  const char *at = text.data(), *end = at + text.size();
  const auto number = [&] {
    uint64_t value = 0;
    const auto [stop, error] = std::from_chars(at, end, value);
    if (error != std::errc()) refuse("expected seeds of 64 bits");
    at = stop;
    return value;
  };
  while (true) {
    const uint64_t first = number();
    uint64_t last = first;
    if (at != end && *at == '-') {
      ++at;
      last = number();
    }
    if (last < first) refuse("expected ranges that ascend");
    if (last - first >= most - seeds.size()) refuse("expected at most ten million seeds");
    for (uint64_t seed = first; seeds.push_back(seed), seed != last;) ++seed;
    if (at == end) return seeds;
    if (*at++ != ',') refuse("expected seeds like 0,1,4-6");
  }
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
