// Which runs are one group: those whose settings are the same.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "gannet/runs/comparison.h"

namespace gannet {

// What of a run's options.json tells it from runs of another game (tells_groups_apart()).
nlohmann::json settings_of(const nlohmann::json& options);

// The runs of each setting, named by what differs.
std::vector<RunGroup> groups_of(const std::vector<nlohmann::json>& settings);

std::string value_text(const nlohmann::json& value);  // texts without quotes

}  // namespace gannet
