// Numbers as text.
#pragma once

#include <string>

namespace gannet::cli {

// By a format of std::printf for one double: number(0.5, "%.3f").
std::string number(double value, const char* format = "%.5g");

}  // namespace gannet::cli
