// The defaults of --preset default beside the paper's values, for --help and `recipes show`.
#pragma once

#include <string>
#include <vector>

#include "gannet/runs/config.h"

namespace gannet::cli {

// One option that config.decisions has set.
struct PresetRow {
  std::string name, value, paper, reason;
};
std::vector<PresetRow> preset_rows(const Config& config);

// "Values for this data:\n  ndf = 32 (--preset paper: 64): REASON\n..."; "" where there are none.
std::string preset_text(const Config& config);

}  // namespace gannet::cli
