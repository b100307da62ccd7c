#include "cli/format.h"

#include <cstdio>

namespace gannet::cli {

std::string number(double value, const char* format) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

}  // namespace gannet::cli
