#include "gannet/base/seed_list.h"

#include <charconv>

#include "gannet/base/error.h"

namespace gannet {

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

std::vector<uint64_t> parse_seeds(const std::string& text, std::string_view option, uint64_t most) {
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
    if (last - first >= most - seeds.size())
      refuse("expected at most " + (most == kMostSeeds ? "ten million" : std::to_string(most)) +
             " seeds");
    for (uint64_t seed = first; seeds.push_back(seed), seed != last;) ++seed;
    if (at == end) return seeds;
    if (*at++ != ',') refuse("expected seeds like 0,1,4-6");
  }
}

}  // namespace gannet
