// Options that several commands have, and texts that stand for several values.
#pragma once

#include "cli/command.h"
#include "gannet/data/registry.h"

namespace gannet::cli {

// The options of open_dataset().
struct SourceFields : Fields {
  SourceOptions source;
  void fields(FieldVisitor& visitor) override;
};

struct Grid {
  int64_t columns = 0, rows = 0;
};

// "8x4" is 8 columns and 4 rows, as in StyleGAN. Throws UsageError naming `option`.
Grid parse_grid(const std::string& text, std::string_view option);

// "0,1,4-6": seeds of 64 bits in any order, also repeated. Throws UsageError naming `option`, also
// for more than ten million.
std::vector<uint64_t> parse_seeds(const std::string& text, std::string_view option);
// The same of seeds that are runs of their own: throws UsageError for one that is there twice.
std::vector<uint64_t> different_seeds(const std::string& text, std::string_view option);

// The parts between `mark`s, without spaces around them; "" is none.
std::vector<std::string> split(const std::string& text, char mark);

}  // namespace gannet::cli
