#include <algorithm>

#include "gannet/formats/detail/number_styles.h"

namespace gannet {
namespace {

std::string cell_of(const Column& column, std::span<const double> numbers) {
  switch (column.kind) {
    case ColumnKind::constant:
      return column.words[0];
    case ColumnKind::yes_no:
      return column.words[numbers[0] > 0.5 ? 1 : 0];
    case ColumnKind::words:
      return column.words[static_cast<size_t>(std::ranges::max_element(numbers) - numbers.begin())];
    default:
      return number_cell(column, numbers[0]);
  }
}

}  // namespace

int64_t Column::width() const {
  if (kind == ColumnKind::constant) return 0;
  return kind == ColumnKind::words ? static_cast<int64_t>(words.size()) : 1;
}

std::string kind_text(const Column& column) {
  switch (column.kind) {
    case ColumnKind::yes_no:
      return "yes or no";
    case ColumnKind::words:
      return std::to_string(column.words.size()) + " words";
    case ColumnKind::constant:
      return "always " + column.words[0];
    default:
      if (!column.date.empty()) return "date";
      return column.unit.empty() ? "number" : "number, " + column.unit.text();
  }
}

int64_t total_width(std::span<const Column> columns) {
  int64_t width = 0;
  for (const Column& column : columns) width += column.width();
  return width;
}

std::vector<std::string> number_names(std::span<const Column> columns) {
  std::vector<std::string> names;
  for (size_t i = 0; i < columns.size(); ++i) {
    const Column& column = columns[i];
    const std::string name = column.name.empty() ? "column " + std::to_string(i + 1) : column.name;
    if (column.kind == ColumnKind::words)
      for (const std::string& word : column.words) names.push_back(name + "=" + word);
    else if (column.kind != ColumnKind::constant)
      names.push_back(name);
  }
  return names;
}

std::vector<std::string> to_cells(std::span<const Column> columns, std::span<const double> row) {
  std::vector<std::string> cells;
  size_t at = 0;
  for (const Column& column : columns) {
    const auto width = static_cast<size_t>(column.width());
    cells.push_back(cell_of(column, row.subspan(at, width)));
    at += width;
  }
  return cells;
}

}  // namespace gannet
