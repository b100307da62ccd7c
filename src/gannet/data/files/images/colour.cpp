#include <string>

#include "gannet/base/error.h"
#include "gannet/data/files/images.h"

namespace gannet {

Colour parse_colour(const std::string& text, const std::string& option) {
  if (text == "white") return {255, 255, 255};
  if (text == "black") return {0, 0, 0};
  if (text == "grey") return {128, 128, 128};
  if (text.size() != 6 || text.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
    throw UsageError("expected white, black, grey, or RRGGBB in hex, found '" + text + "'", option,
                     option + " ffffff");
  const auto part = [&](size_t at) {
    return static_cast<uint8_t>(std::stoi(text.substr(at, 2), nullptr, 16));
  };
  return {part(0), part(2), part(4)};
}

}  // namespace gannet
