// Text in HTML and SVG.
#pragma once

#include <string>
#include <string_view>

namespace gannet {

// With &lt; for <, and so on: as content, or in an attribute's double quotes.
std::string markup_escaped(std::string_view text);

}  // namespace gannet
