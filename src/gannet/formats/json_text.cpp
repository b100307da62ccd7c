#include <algorithm>
#include <iterator>

#include "gannet/base/error.h"
#include "gannet/formats/detail/json_text.h"

namespace gannet {

using nlohmann::json;

int64_t drop_stray_commas(std::string& text) {
  int64_t line = 1, comma_line = 0, first = 0;
  size_t comma = std::string::npos;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    line += c == '\n';
    if (quoted) {
      i += c == '\\';
      quoted = c != '"';
      continue;
    }
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
    if ((c == ']' || c == '}') && comma != std::string::npos) {
      text[comma] = ' ';
      if (first == 0) first = comma_line;
    }
    quoted = c == '"';
    comma = c == ',' ? i : std::string::npos;
    comma_line = line;
  }
  return first;
}

json parse_json(std::string_view text, std::string_view source, int64_t first_line) {
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(error.byte, text.size()));
    const auto line = std::count(text.begin(), end, '\n') + first_line;
    const auto begin = std::find(std::reverse_iterator(end), text.rend(), '\n').base();
    const bool cut = error.byte > text.size();
    throw Error("line " + std::to_string(line) + ", column " + std::to_string(end - begin) + ": " +
                    (cut ? "the text ends in the middle of the JSON" : "not JSON from here on"),
                std::string(source));
  } catch (const json::exception&) {  // a number that no type holds
    throw Error("not JSON: a number is too large", std::string(source));
  }
}

}  // namespace gannet
