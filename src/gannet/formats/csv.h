// Numbers in text, [N, D]: commas between columns, a line a row, an optional first line of column
// names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gannet/base/files.h"

namespace gannet {

struct Table {
  std::vector<std::string> columns;  // names; empty where the file has none
  int64_t rows = 0, width = 0;
  std::vector<double> values;  // row-major, finite

  bool operator==(const Table&) const = default;
};

// A first line with a field that is not a number is the header. Fields may be quoted, lines may end
// in CR LF, blank lines at the end are ignored. Throws Error naming line and column for rows of
// another length, fields that are not numbers, and NaN and infinity.
Table read_csv(ByteSpan bytes, std::string_view source);

std::string write_csv(
    const Table& table);  // each number as the shortest text that reads back the same

}  // namespace gannet
