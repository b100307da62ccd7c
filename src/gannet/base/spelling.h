// Which known name a misspelt one means.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gannet {

// The known name nearest to `name` by edit distance (one step: insert, drop, change a letter, swap
// two neighbours), or that it begins; "" when none is near.
std::string closest_name(std::string_view name, const std::vector<std::string>& known);

}  // namespace gannet
