// The trainer's counters and sums as JSON, in a state file's metadata.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "gannet/training/trainer.h"

namespace gannet {

nlohmann::json to_json(const TrainerState& state);

// Throws Error naming `source`.
TrainerState trainer_state_from_json(const nlohmann::json& object, std::string_view source);

}  // namespace gannet
