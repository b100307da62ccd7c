// Numbers and times as text.
#pragma once

#include <string>

namespace gannet::cli {

// By a format of std::printf for one double: number(0.5, "%.3f").
std::string number(double value, const char* format = "%.5g");

std::string duration(double seconds);  // "45 s", "12 min 6 s", "3 h 20 min"

}  // namespace gannet::cli
