// Gannet's version, as in CMakeLists.txt: for --version, options.json and model files.
#pragma once

#include <string_view>

namespace gannet {

std::string_view version();  // "0.1.0"

}  // namespace gannet
