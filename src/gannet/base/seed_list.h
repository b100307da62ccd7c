// Texts that stand for several numbers: lists of seeds, sizes of grids.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gannet {

inline constexpr uint64_t kMostSeeds = 10'000'000;

struct Grid {
  int64_t columns = 0, rows = 0;
};

// "8x4" is 8 columns and 4 rows, as in StyleGAN. Throws UsageError naming `option`.
Grid parse_grid(const std::string& text, std::string_view option);

// "0,1,4-6": seeds of 64 bits in any order, also repeated. Throws UsageError naming `option`, also
// for more than `most`.
std::vector<uint64_t> parse_seeds(const std::string& text, std::string_view option,
                                  uint64_t most = kMostSeeds);

}  // namespace gannet
