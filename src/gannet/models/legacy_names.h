// Files that Gannet 0.1.0 wrote before its names were the field's (format "gannet-1"): the old
// names of tensors, options and conditions, and their successors. Read through one table, so that
// old networks still draw and old runs go on.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "gannet/formats/safetensors.h"

namespace gannet {

inline constexpr std::string_view kModelFormat = "gannet-2";
inline constexpr std::string_view kLegacyModelFormat = "gannet-1";

// A network or state file of format "gannet-1" becomes one of "gannet-2": names of tensors, keys
// of options and of conditions. Others stay as they are. `source` names the file in errors.
void update_legacy_names(SafetensorsFile& file, std::string_view source);

// "G.up1.weight" -> "G.conv_transpose1.weight". Names of today stay.
std::string current_tensor_name(std::string_view name);

// The options of a recipe or run by today's keys and values: {"by": "vector"} -> {"cond-type":
// "attributes"}. Anything but an object stays.
nlohmann::json current_options(const nlohmann::json& options);

}  // namespace gannet
