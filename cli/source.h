// Options that several commands have, and texts that stand for several values.
#pragma once

#include "cli/command.h"
#include "gannet/base/seed_list.h"
#include "gannet/data/registry.h"

namespace gannet::cli {

// The options of open_dataset().
struct SourceFields : Fields {
  SourceOptions source;
  void fields(FieldVisitor& visitor) override;
};

// As parse_seeds(), of seeds that are runs of their own: throws UsageError for one that is there
// twice.
std::vector<uint64_t> different_seeds(const std::string& text, std::string_view option);

// The parts between `mark`s, without spaces around them; "" is none.
std::vector<std::string> split(const std::string& text, char mark);

}  // namespace gannet::cli
