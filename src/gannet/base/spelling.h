// Names as people write them: with other dashes, or misspelt.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gannet {

// An option as fields call it: "n-critic" for "n_critic", as files and other tools write it.
std::string option_name(std::string_view key);

// The known name nearest to `name` by edit distance (one step: insert, drop, change a letter, swap
// two neighbours), or that it begins; "" when none is near.
std::string closest_name(std::string_view name, const std::vector<std::string>& known);

// As a word of a shell's command line: in quotes where it must be.
std::string shell_word(const std::string& text);

}  // namespace gannet
