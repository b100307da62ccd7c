// JSON as people write it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace gannet {

// Commas before a closing bracket become blanks; returns the line of the first, 0 where there is
// none.
int64_t drop_stray_commas(std::string& text);

// Throws Error with the place where the text is no JSON; `first_line`: of the text in its file.
nlohmann::json parse_json(std::string_view text, std::string_view source, int64_t first_line = 1);

}  // namespace gannet
