#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/formats/detail/csv_rows.h"

namespace gannet {
namespace {

constexpr size_t kMostColumns = 1 << 16;

}  // namespace

std::string_view trim_cell(std::string_view text, char separator) {
  const std::string_view blanks = separator == '\t' ? " " : " \t";
  const size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool CsvRows::next(std::vector<std::string_view>& cells) {
  cells.clear();
  while (!left_.empty()) {
    line_ = next_line_;
    const std::string_view line = left_.substr(0, left_.find('\n'));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
      skip(std::min(line.size() + 1, left_.size()));
      ++empty_;
      continue;
    }
    skip_blanks();
    comment_ = left_.starts_with('#');
    read_row(cells);
    empty_inside_ = empty_;
    return true;
  }
  return false;
}

void CsvRows::fail(size_t column, const char* what) const {
  throw Error(
      "line " + std::to_string(line_) + ", column " + std::to_string(column + 1) + ": " + what,
      source_);
}

void CsvRows::skip(size_t bytes) {
  next_line_ += std::ranges::count(left_.substr(0, bytes), '\n');
  left_.remove_prefix(bytes);
}

bool CsvRows::is_separator(char c) const {
  return separator_ == ' ' ? c == ' ' || c == '\t' : c == separator_;
}

void CsvRows::skip_blanks() {
  const std::string_view blanks = separator_ == '\t' ? " " : " \t";
  left_.remove_prefix(std::min(left_.find_first_not_of(blanks), left_.size()));
}

// Is the row at its end? Moves on behind the end of the line.
bool CsvRows::at_end() {
  if (left_.empty()) return true;
  const size_t end = left_.starts_with("\r\n") ? 2 : left_[0] == '\n' ? 1 : 0;
  skip(end);
  return end > 0;
}

void CsvRows::read_row(std::vector<std::string_view>& cells) {
  for (;;) {
    skip_blanks();
    if (separator_ == ' ' && at_end()) return;
    if (cells.size() == kMostColumns) fail(cells.size(), "too many columns");
    cells.push_back(left_.starts_with('"') ? quoted(cells.size()) : plain());
    if (at_end()) return;
    left_.remove_prefix(1);  // a separator
  }
}

std::string_view CsvRows::plain() {
  size_t size = 0;
  while (size < left_.size() && left_[size] != '\n' && !is_separator(left_[size])) ++size;
  std::string_view cell = left_.substr(0, size);
  if (cell.ends_with('\r') && (size == left_.size() || left_[size] == '\n'))
    cell.remove_suffix(1), --size;
  left_.remove_prefix(size);
  if (left_ == "\r") left_ = {};
  return trim_cell(cell, separator_);
}

std::string_view CsvRows::quoted(size_t column) {
  left_.remove_prefix(1);
  size_t end = left_.find('"');
  bool doubled = false;
  while (end != std::string_view::npos && left_.substr(end + 1).starts_with('"')) {
    doubled = true;
    end = left_.find('"', end + 2);
  }
  if (end == std::string_view::npos) fail(column, "quote does not end");
  std::string_view cell = left_.substr(0, end);
  skip(end + 1);
  if (separator_ != ' ') skip_blanks();
  const bool good = left_.empty() || left_[0] == '\n' || left_.starts_with("\r\n") ||
                    left_ == "\r" || is_separator(left_[0]);
  if (!good) fail(column, "text after a quote");
  if (left_ == "\r") left_ = {};
  return doubled ? without_doubles(cell) : cell;
}

std::string_view CsvRows::without_doubles(std::string_view cell) {
  std::string& text = text_.unescaped.emplace_back();
  for (size_t i = 0; i < cell.size(); ++i) {
    text += cell[i];
    if (cell[i] == '"') ++i;
  }
  return text;
}

}  // namespace gannet
