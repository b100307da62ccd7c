// Tables of text: CSV (RFC 4180) and what spreadsheets and others make of it. What the columns mean
// is another matter: columns.h.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gannet/base/files.h"

namespace gannet {

struct CsvTable {
  // Names; empty where the first line is a row. A header that is one name shorter than the rows
  // (R's) gets "" as the first.
  std::vector<std::string> columns;
  int64_t rows = 0, width = 0;
  std::vector<std::string_view> cells;  // row-major, UTF-8, without quotes and blanks around them
  std::vector<int64_t> lines;           // that each row begins at, from 1
  char separator = ',';                 // ' ': any number of blanks
  std::vector<std::string> notes;       // what was guessed or forgiven, a line each
  std::shared_ptr<const void> text;     // what the cells are views of

  std::string_view cell(int64_t row, int64_t column) const {
    return cells[static_cast<size_t>(row * width + column)];
  }
  std::string place(int64_t row, int64_t column) const;  // "line 3, column 2 (weight)"
};

// Is the first line a header? guess: where a word stands above numbers, or where all cells of it
// are words that do not come again in their column.
enum class CsvHeader { guess, yes, no };

// The separator is guessed: `;`, tab, `,`, `|` or blanks, the first that parts all lines alike
// ("sep=;" as the first line names it). Quoted cells may hold separators and line ends, a quote in
// them is written twice. Empty lines and lines of `#` are passed over, as are the number of rows as
// the first line (CelebA's lists), titles above a table and a last row that is the sum of the
// others
// ("Total"). Throws Error naming line and column for rows of another length
// and for quotes that do not end.
CsvTable read_csv(ByteSpan bytes, std::string_view source, CsvHeader header = CsvHeader::guess);

// One line with its end: cells are quoted where they must be.
std::string csv_line(std::span<const std::string> cells, char separator = ',');

}  // namespace gannet
