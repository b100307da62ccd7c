#include "gannet/formats/csv.h"

namespace gannet {

std::string csv_line(std::span<const std::string> cells, char separator) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += separator;
    const std::string& cell = cells[i];
    const std::string special = std::string("\"\r\n#") + separator;
    const bool plain = cell.find_first_of(special) == std::string::npos && !cell.starts_with(' ') &&
                       !cell.ends_with(' ') && !cell.starts_with('\t') && !cell.ends_with('\t');
    if (plain && !(cell.empty() && cells.size() == 1)) {
      line += cell;
      continue;
    }
    line += '"';
    for (const char c : cell) {
      if (c == '"') line += c;
      line += c;
    }
    line += '"';
  }
  return line + "\n";
}

}  // namespace gannet
