#include "gannet/formats/csv.h"

#include <cmath>
#include <string>
#include <vector>

#include "gannet/formats/columns.h"
#include "gannet/formats/encoding.h"
#include "property.h"

namespace gannet {

// Written with commas, a table reads back the same.
void check_cells(const CsvTable& table) {
  if (table.width < 2) return;  // of one column, an empty cell is an empty line
  std::string text;
  for (int64_t r = 0; r < table.rows; ++r) {
    std::vector<std::string> cells;
    for (int64_t c = 0; c < table.width; ++c) cells.emplace_back(table.cell(r, c));
    text += csv_line(cells);
  }
  const CsvTable again = read_csv(as_bytes("sep=,\n" + text), "again", CsvHeader::no);
  require(again.rows == table.rows && again.cells == table.cells, "cells survive");
}

void check_column(const ColumnValues& column, const CsvTable& table) {
  if (!column.left_out.empty()) return;
  require(column.values.size() == static_cast<size_t>(table.rows), "a value for each row");
  const std::vector<double> zeros(static_cast<size_t>(column.column.width()));
  require(to_cells({&column.column, 1}, zeros).size() == 1, "a cell for each column");
  for (const double value : column.values)
    require(std::isnan(value) || std::isfinite(value), "values are finite");
}

}  // namespace gannet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gannet;
  require(valid_utf8(decode_text(input(data, size)).text) > 0 || size < 4, "text is UTF-8");
  try {
    const CsvTable table = read_csv(input(data, size), "input");
    check_cells(table);
    for (int64_t c = 0; c < table.width; ++c)
      for (const bool forgiving : {false, true}) try {
          check_column(read_column(table, c, {.yes_no = forgiving, .bad_as_gaps = forgiving}, "input"),
                       table);
        } catch (const Error&) {
        }
  } catch (const Error&) {
  }
  return 0;
}
