// Numbers and lists of names, as messages have them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace gannet {

std::string number_text(double value);  // 6 significant digits: "0.5", "4095", "1e+06"

// "a, b, c and 12 more": the first `most` of them.
std::string name_list(const std::vector<std::string>& names, size_t most);

}  // namespace gannet
