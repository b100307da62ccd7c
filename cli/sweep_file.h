// A grid of options and seeds (`gannet sweep`), as data: which runs there are, and where each
// stands.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gannet/base/files.h"

namespace gannet::cli {

struct SweepRun {
  std::string name;                                          // "gamma=1,seed=0": the run's --desc
  std::vector<std::pair<std::string, std::string>> options;  // of the file, the grid and the seed
};

struct Sweep {
  Path outdir;  // of all its runs
  std::vector<SweepRun> runs;
  nlohmann::json document;  // what the file asks for, but seeds: the same in each part of a sweep
};

// A TOML file with `seeds = "0-2"`, tables [options] (as of `train`) and [grid] (an option's values
// as an array), and where wanted `outdir`. Settings in the order of the options' names, of each
// setting all seeds. Throws UsageError naming `source`.
Sweep read_sweep(std::string_view text, const std::string& source);

// The run of this name in the folder; none where it has not begun.
std::optional<Path> find_sweep_run(const Path& outdir, const std::string& name);

// Notes in OUTDIR/sweep.json what the sweep's options are. Throws Error where a sweep of other
// options has begun there: their runs would be no comparison.
void begin_sweep(const Sweep& sweep);

}  // namespace gannet::cli
