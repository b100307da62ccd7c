#include <algorithm>

#include "gannet/formats/columns.h"
#include "gannet/formats/detail/csv_titles.h"

namespace gannet {
namespace {

using Row = std::vector<std::string_view>;

constexpr size_t kMostTitles = 10, kFewestRows = 3;  // with the header

bool is_word(std::string_view cell) { return !cell.empty() && !is_number(cell); }
bool has_numbers(const Row& row) { return std::ranges::any_of(row, is_number); }

bool is_title(const Row& row, size_t width) {
  return (row.size() == 1 || 2 * row.size() <= width) && std::ranges::any_of(row, is_word);
}

// "Report", "", "": of a spreadsheet, whose lines are all of one width.
bool is_padded_title(const Row& row) {
  const auto filled = std::ranges::count_if(row, [](auto cell) { return !cell.empty(); });
  return row.size() >= 3 && (filled == 0 || (filled == 1 && is_word(row[0])));
}

// Words alone, above numbers.
bool is_header(const std::vector<Row>& rows, size_t at) {
  return std::ranges::count_if(rows[at], is_word) >= 2 && !has_numbers(rows[at]) &&
         std::any_of(rows.begin() + static_cast<std::ptrdiff_t>(at) + 1, rows.end(), has_numbers);
}

// Behind the last of the widths that is not the last row's.
template <typename Width>
size_t first_of_table(size_t rows, const Width& width_of) {
  size_t first = rows;
  while (first > 0 && width_of(first - 1) == width_of(rows - 1)) --first;
  return first;
}

}  // namespace

bool alike_below_titles(const std::vector<size_t>& widths) {
  if (widths.empty() || widths.back() < 2) return false;
  const size_t first = first_of_table(widths.size(), [&](size_t i) { return widths[i]; });
  return first <= kMostTitles && widths.size() - first >= kFewestRows &&
         std::all_of(widths.begin(), widths.begin() + static_cast<std::ptrdiff_t>(first),
                     [&](size_t w) { return w == 1 || 2 * w <= widths.back(); });
}

size_t count_titles(const std::vector<Row>& rows, bool padded) {
  if (rows.size() < kFewestRows || rows.back().size() < 2) return 0;
  const size_t width = rows.back().size();
  size_t first = first_of_table(rows.size(), [&](size_t i) { return rows[i].size(); });
  size_t behind = first;
  while (padded && behind < rows.size() && is_padded_title(rows[behind])) ++behind;
  if (behind > first && behind < rows.size() && is_header(rows, behind)) first = behind;
  if (first == 0 || first > kMostTitles || rows.size() - first < kFewestRows) return 0;
  // R's header is one name short, where it stands above no header.
  const Row& last = rows[first - 1];
  if (last.size() + 1 == width && !has_numbers(last) && !is_header(rows, first)) --first;
  const bool titles =
      std::all_of(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(first),
                  [&](const Row& row) { return is_title(row, width) || is_padded_title(row); });
  return titles ? first : 0;
}

}  // namespace gannet
