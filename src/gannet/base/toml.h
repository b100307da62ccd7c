// TOML files of options.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace gannet {

// A TOML file (`--config`) as a flat JSON object: texts, numbers and booleans, no tables, no
// arrays. Throws UsageError("...", "SOURCE:LINE:COLUMN").
nlohmann::json read_toml(std::string_view text, std::string_view source);

// The whole document as JSON, with tables and arrays: for files that are no list of options. Throws
// as above.
nlohmann::json read_toml_document(std::string_view text, std::string_view source);

}  // namespace gannet
