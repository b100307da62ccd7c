// The options that depend on the data: --preset default, and --cfg auto, the recipe for the data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gannet/runs/config.h"
#include "gannet/tensor/dataset_info.h"

namespace gannet {

// The recipe for this data, with its reason in the decisions, and its preset applied
// (apply_preset).
Config auto_config(const DatasetInfo& data, int64_t samples, std::string_view preset = "default");

// The options of the recipe `cfg`, or with "auto" of the one for the data, by run.preset. Opens
// run.data where they depend on it (Config::opened); without data they are the paper's, and "auto"
// is a UsageError.
Config config_for_data(const std::string& cfg, const RunOptions& run);

// Resets the preset's values that would defeat an option in `given`, the names that the user sets:
// --glr where --lr is given, --gamma where --r1 is, the penalties that go with another --loss.
void drop_conflicting_defaults(Config& config, const std::vector<std::string>& given);

}  // namespace gannet
