#include "gannet/base/markup.h"

namespace gannet {

std::string markup_escaped(std::string_view text) {
  std::string safe;
  for (const char c : text)
    safe += c == '<'   ? "&lt;"
            : c == '>' ? "&gt;"
            : c == '&' ? "&amp;"
            : c == '"' ? "&quot;"
                       : std::string(1, c);
  return safe;
}

}  // namespace gannet
