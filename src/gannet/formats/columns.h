// What the columns of a table mean, guessed from their cells: numbers, yes or no, words. The cells
// as numbers, and numbers as cells again.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gannet/formats/csv.h"
#include "gannet/formats/units.h"

namespace gannet {

enum class ColumnKind {
  number,
  yes_no,   // one number, 0 or 1: "0 1", "-1 1", "no yes", "false true"
  words,    // one-hot: a number, 0 or 1, for each word
  constant  // of one value: no number
};

struct Column {
  std::string name;
  ColumnKind kind = ColumnKind::number;
  std::vector<std::string> words;  // yes_no: the two, no first; words: sorted; constant: the cell
  int64_t decimals = 0;            // of a number: digits after the point; -1: as many as it takes
  Unit unit = {};                  // of a number: "%", "$"
  bool decimal_comma = false;      // how numbers are written
  std::string date = "";           // of a number that is a date, in days: its format (dates.h)

  int64_t width() const;  // numbers that it is
  bool operator==(const Column&) const = default;
};
std::string kind_text(const Column& column);  // "number", "number, %", "date", "3 words", ...
int64_t total_width(std::span<const Column> columns);
// A name for each of their numbers: "Age", "Hair=black", "Hair=brown"; without a name "column 3".
std::vector<std::string> number_names(std::span<const Column> columns);

// The columns of a CSV file that were learned from, in the file's order.
struct TableColumns {
  std::vector<Column> columns;
  bool has_names = false;
  char separator = ',';
};

// The attributes of samples: their columns, and what data is drawn from.
struct AttributeTable {
  std::vector<Column> columns;  // of K numbers together
  // The network's attributes are (x - mean) / scale of the numbers x in their own units, [K].
  std::vector<double> mean, scale;
  std::vector<float> rows;  // some samples' attributes as the network takes them, [N, K]
  bool has_names = false;   // by which they are requested

  int64_t width() const { return static_cast<int64_t>(mean.size()); }
};

// A column of texts, by its name: "caption", "text", "description", ...
bool names_captions(std::string_view column);

// Does it stand for a value that is not there: "", NA, NaN, null, ?, as pandas reads them?
bool is_gap(std::string_view cell);
bool is_number(std::string_view cell);  // in any usual way of writing; also with a unit, and dates

// A column's cells as numbers.
struct ColumnValues {
  Column column;
  std::vector<double> values;  // of each row: the number; 0 or 1; the word's index. NaN: a gap
  std::string left_out;        // why it is not used; "": it is
  std::string note;            // how its numbers are written, where that is not plain
  int64_t gaps = 0;
  std::string first_gap;  // its place
};

struct ColumnRules {
  bool yes_no = false;          // of 0 and 1, -1 and 1, ...: a yes or no, not a number or words
  bool bad_as_gaps = false;     // cells that are no numbers in a column of numbers are gaps
  bool decimal_commas = false;  // of the table: a cell that may be read either way has one
};
bool has_decimal_commas(const CsvTable& table);  // does a column of it?

// Numbers may have a decimal comma, marks between thousands and a unit (units.h): per cent and
// currencies, another one where all cells have it and more than ten differ. A column is of numbers
// where at least half of its cells are, and of dates where all are of one format (dates.h). Digits
// alone of which some begin with a 0 are codes, and words. Left out: a column without cells, one
// without a name or named as an index whose cells count the rows or differ in each, and words that
// are more than 100 and mostly different. Throws Error with line and column for a cell that is no
// number among numbers, and for infinity.
ColumnValues read_column(const CsvTable& table, int64_t column, const ColumnRules& rules,
                         std::string_view source);

// The value of a number's cell as the user writes it; none where it is not a number.
std::optional<double> parse_number(std::string_view text);
// The same of a column of numbers: with its unit or without, or its dates.
std::optional<double> parse_number(std::string_view text, const Column& column);

// Cells for the numbers of one row [total_width()], the nearest that the column can hold: whole
// numbers and decimals rounded, of words the largest. Constant columns are there too.
std::vector<std::string> to_cells(std::span<const Column> columns, std::span<const double> row);

}  // namespace gannet
