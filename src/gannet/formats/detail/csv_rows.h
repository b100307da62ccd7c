// The rows of a CSV text as cells, before what they mean (csv.h).
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace gannet {

// What cells are views of.
struct CsvText {
  std::string all;
  std::deque<std::string> unescaped;  // cells that had quotes in quotes
};

// Without the blanks around it; a tab is none where it separates.
std::string_view trim_cell(std::string_view text, char separator);

// The rows of a text, one after the other. Throws Error naming line and column.
class CsvRows {
 public:
  CsvRows(CsvText& text, std::string_view part, char separator, std::string_view source)
      : text_(text), left_(part), separator_(separator), source_(source) {}

  // The cells of the next line that is not empty; false at the end.
  bool next(std::vector<std::string_view>& cells);

  int64_t line() const { return line_; }                 // of the last row
  bool is_comment() const { return comment_; }           // does it begin with #?
  int64_t empty_lines() const { return empty_inside_; }  // before it

 private:
  [[noreturn]] void fail(size_t column, const char* what) const;
  void skip(size_t bytes);
  bool is_separator(char c) const;
  void skip_blanks();
  bool at_end();
  void read_row(std::vector<std::string_view>& cells);
  std::string_view plain();
  std::string_view quoted(size_t column);
  std::string_view without_doubles(std::string_view cell);

  CsvText& text_;
  std::string_view left_;
  char separator_;
  std::string source_;
  int64_t line_ = 0, next_line_ = 1, empty_ = 0, empty_inside_ = 0;
  bool comment_ = false;
};

}  // namespace gannet
