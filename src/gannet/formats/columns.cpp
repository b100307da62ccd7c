#include "gannet/formats/columns.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "gannet/base/error.h"
#include "gannet/formats/dates.h"

namespace gannet {
namespace {

constexpr size_t kMostWords = 100, kAlwaysWords = 10;
constexpr int64_t kMostDecimals = 17;
constexpr double kLargestWhole = 9007199254740992.0;  // 2^53

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

template <size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& list) {
  return std::ranges::find(list, text) != list.end();
}

// The mark before decimals, and one that may stand between thousands.
struct NumberStyle {
  char decimal = '.', thousands = ',';
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The length of a mark between thousands at the front of `text`: the style's, a blank (also one
// that does not break lines), or an apostrophe.
size_t thousands_mark(std::string_view text, NumberStyle style) {
  if (text.starts_with(style.thousands) || text.starts_with(' ') || text.starts_with('\''))
    return 1;
  if (text.starts_with("\xc2\xa0")) return 2;
  return text.starts_with("\xe2\x80\xaf") || text.starts_with("\xe2\x80\x99") ? 3 : 0;
}

// The cell with '.' before decimals and no marks between thousands; "" where the marks do not part
// groups of three.
std::string plain_number(std::string_view cell, NumberStyle style) {
  std::string plain;
  size_t i = 0, group = 0;  // digits since the last mark
  bool marked = false, whole = true;
  if (cell.starts_with('-') || cell.starts_with('+')) {
    if (cell[0] == '-') plain += '-';
    if (++i == cell.size() || cell[i] == '-' || cell[i] == '+') return "";
  }
  const size_t front = plain.size();
  for (; i < cell.size(); ++i) {
    const char c = cell[i];
    if (is_digit(c)) {
      plain += c;
      ++group;
      continue;
    }
    const size_t mark = whole ? thousands_mark(cell.substr(i), style) : 0;
    if (mark > 0 && c != style.decimal) {
      const bool good = marked ? group == 3 : group >= 1 && group <= 3 && plain[front] != '0';
      if (!good) return "";
      marked = true;
      group = 0;
      i += mark - 1;
      continue;
    }
    if (whole && marked && group != 3) return "";
    whole = false;
    plain += c == style.decimal ? '.' : c == '.' ? '?' : c;
  }
  return whole && marked && group != 3 ? "" : plain;
}

// None where the text is no number; infinity is one here, NaN is none.
std::optional<double> number_in(std::string_view cell, NumberStyle style) {
  const std::string plain = plain_number(cell, style);
  double value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (plain.empty() || end != plain.data() + plain.size() || error == std::errc::invalid_argument ||
      std::isnan(value))
    return std::nullopt;
  if (error == std::errc::result_out_of_range)
    return plain.find("e-") != std::string::npos || plain.find("E-") != std::string::npos
               ? 0
               : std::numeric_limits<double>::infinity();
  return value;
}

constexpr NumberStyle kPoint = {'.', ','}, kComma = {',', '.'};

int64_t decimals_of(std::string_view cell, NumberStyle style) {
  if (cell.find_first_of("eE") != std::string_view::npos) return -1;
  const size_t mark = cell.find(style.decimal);
  return mark == std::string_view::npos ? 0 : static_cast<int64_t>(cell.size() - mark - 1);
}

// Also those that are gaps among numbers alone.
bool is_number_gap(std::string_view cell) {
  constexpr std::array<std::string_view, 6> kMore = {"-", "--", ".", "none", "missing", "unknown"};
  return is_gap(cell) || is_one_of(lower(cell), kMore);
}

std::string text_of(double value, int64_t decimals) {
  char text[400];
  if (decimals < 0) {
    const auto shortest = static_cast<float>(value);
    return {text, std::to_chars(text, text + sizeof text, shortest).ptr};
  }
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed,
                                 static_cast<int>(decimals))
                       .ptr;
  std::string result(text, end);
  if (result.starts_with('-') && result.find_first_not_of("-0.") == std::string::npos)
    result.erase(0, 1);
  return result;
}

// How many cells are numbers in each style; those with a comma; those that are no gaps, and of
// these the ones that would be among numbers.
struct StyleCounts {
  int64_t point = 0, comma = 0, with_comma = 0, present = 0, dashes = 0;
};

template <typename Cell>
StyleCounts count_styles(int64_t rows, const Cell& cell_of_row) {
  StyleCounts n;
  for (int64_t r = 0; r < rows; ++r) {
    const std::string_view cell = cell_of_row(r);
    if (is_gap(cell)) continue;
    ++n.present;
    n.dashes += is_number_gap(cell);
    n.point += number_in(cell, kPoint).has_value();
    n.comma += number_in(cell, kComma).has_value();
    n.with_comma += cell.find(',') != std::string_view::npos;
  }
  return n;
}

// The unit of a column's numbers; with blanks as in its first cell.
class UnitChoice {
 public:
  void see(std::string_view cell) {
    ++cells_;
    std::string number;
    const Unit unit = unit_of(cell, number);
    if (unit.empty()) return;
    const auto [at, fresh] = units_.try_emplace(unit.text(), unit);
    ++count_[at->first];
    if (different_.size() <= kAlwaysWords) different_.insert(number);
  }
  Unit choose() const {
    const Unit* usual = nullptr;
    for (const auto& [text, unit] : units_) {
      if (!is_usual(unit)) continue;
      if (usual != nullptr) return {};  // of two currencies
      usual = &unit;
    }
    if (usual != nullptr) return *usual;
    const bool one = units_.size() == 1 && count_.begin()->second == cells_;
    return one && units_.begin()->second.prefix.empty() && different_.size() > kAlwaysWords
               ? units_.begin()->second
               : Unit{};
  }

 private:
  int64_t cells_ = 0;
  std::map<std::string, Unit> units_;
  std::map<std::string, int64_t> count_;
  std::set<std::string> different_;
};

std::string cell_of(const Column& column, std::span<const double> numbers);

class ColumnReader {
 public:
  ColumnReader(const CsvTable& table, int64_t column, const ColumnRules& rules,
               std::string_view source)
      : table_(table), column_(column), rules_(rules), source_(source) {
    if (!table.columns.empty()) read_.column.name = table.columns[static_cast<size_t>(column)];
  }

  ColumnValues read() {
    choose_unit();
    choose_style();
    if (present_ == 0) {
      read_.left_out = "no cell has a value";
    } else if (numbers_ > 0 && 2 * numbers_ >= present_ - dashes_) {
      read_numbers();
    } else if (choose_date()) {
      read_dates();
    } else {
      forget_unit();
      read_words();
    }
    return std::move(read_);
  }

 private:
  std::string_view cell(int64_t row) const {
    return bare_.empty() ? table_.cell(row, column_) : bare_[static_cast<size_t>(row)];
  }

  void choose_unit() {
    UnitChoice choice;
    for (int64_t r = 0; r < table_.rows; ++r)
      if (!is_number_gap(cell(r)) && !parse_number(cell(r))) choice.see(cell(r));
    const Unit unit = choice.choose();
    if (unit.empty()) return;
    std::vector<std::string> bare;
    for (int64_t r = 0; r < table_.rows; ++r) bare.push_back(without_unit(cell(r), unit));
    bare_ = std::move(bare);
    read_.column.unit = unit;
  }

  void forget_unit() {
    bare_.clear();
    read_.column.unit = {};
  }

  // The first format of all cells that have a value.
  bool choose_date() {
    forget_unit();
    std::vector<std::string> fitting(date_formats().begin(), date_formats().end());
    for (int64_t r = 0; r < table_.rows && !fitting.empty(); ++r)
      if (!is_number_gap(cell(r)))
        std::erase_if(fitting, [&](const auto& format) { return !parse_date(cell(r), format); });
    if (fitting.empty()) return false;
    read_.column.date = fitting[0];
    if (fitting.size() > 1) read_.note = "also readable as " + fitting[1];
    return true;
  }

  // In days. Written without leading zeros where a cell is.
  void read_dates() {
    Column& column = read_.column;
    bool plain = false;
    for (int64_t r = 0; r < table_.rows; ++r) {
      const std::optional<double> days = parse_date(cell(r), column.date);
      if (!days) {
        add_gap(r);
        continue;
      }
      read_.values.push_back(*days);
      plain |= date_text(*days, column.date) != cell(r);
    }
    for (const char* part : {"%m", "%d"})
      if (const size_t at = column.date.find(part); plain && at != std::string::npos)
        column.date.insert(at + 1, "-");
    const bool whole =
        column.date.find("%d") != std::string::npos || column.date.find("%-d") != std::string::npos;
    column.decimals = whole && column.date.find("%H") == std::string::npos ? 0 : -1;
    read_.note = "dates as " + column.date + ", in days" +
                 (read_.note.empty() ? "" : " (" + read_.note + ")");
    describe_numbers();
  }

  void choose_style() {
    const StyleCounts n = count_styles(table_.rows, [this](int64_t r) { return cell(r); });
    // 1,234 may be either: a comma between columns is no decimal mark. Nor is a point one in a
    // table of decimal commas.
    const bool tie = n.comma == n.point && n.comma > 0;
    const bool is_comma =
        n.comma > n.point ||
        (tie && ((n.with_comma > 0 && table_.separator != ',') || rules_.decimal_commas));
    style_ = is_comma ? kComma : kPoint;
    numbers_ = std::max(n.point, n.comma);
    present_ = n.present;
    dashes_ = n.dashes;
    if (is_comma && n.with_comma > 0) read_.note = "decimal commas";
  }

  void add_gap(int64_t row) {
    if (read_.gaps++ == 0) read_.first_gap = table_.place(row, column_);
    read_.values.push_back(std::numeric_limits<double>::quiet_NaN());
  }

  [[noreturn]] void fail(int64_t row, const char* what) const {
    throw Error(
        table_.place(row, column_) + ": '" + std::string(cell(row).substr(0, 40)) + "' " + what,
        source_);
  }

  void read_numbers() {
    Column& column = read_.column;
    bool marks = false;
    for (int64_t r = 0; r < table_.rows; ++r) {
      const std::optional<double> value = number_in(cell(r), style_);
      if (value && std::isfinite(*value)) {
        read_.values.push_back(*value);
        const int64_t digits = decimals_of(cell(r), style_);
        column.decimals = column.decimals < 0 || digits < 0 || digits > kMostDecimals
                              ? -1
                              : std::max(column.decimals, digits);
        marks |= cell(r).find(style_.thousands) != std::string_view::npos;
        if (std::abs(*value) > kLargestWhole) column.decimals = -1;
      } else if (is_number_gap(cell(r)) || rules_.bad_as_gaps) {
        add_gap(r);
      } else {
        fail(r, value ? "is not a finite number" : "is not a number");
      }
    }
    if (marks) read_.note += (read_.note.empty() ? "" : ", ") + std::string("marked thousands");
    if (!column.unit.empty())
      read_.note += (read_.note.empty() ? "" : ", ") + ("the unit " + column.unit.text());
    describe_numbers();
  }

  void describe_numbers() {
    Column& column = read_.column;
    std::set<double> different;
    for (const double value : read_.values)
      if (!std::isnan(value) && different.size() < 3) different.insert(value);
    if (counts_rows()) {
      read_.left_out = "it counts the rows";
    } else if (different.size() == 1) {
      const double only = *different.begin();
      column.words = {cell_of(column, {&only, 1})};
      column.kind = ColumnKind::constant;
    } else if (rules_.yes_no && column.unit.empty() && different.size() == 2 &&
               *different.rbegin() == 1 && (*different.begin() == 0 || *different.begin() == -1)) {
      column.kind = ColumnKind::yes_no;
      column.words = {*different.begin() == 0 ? "0" : "-1", "1"};
      for (double& value : read_.values)
        if (!std::isnan(value)) value = value == 1 ? 1 : 0;
    }
  }

  // An index: of a usual name or none, each cell one more than the last.
  bool counts_rows() const {
    constexpr std::array<std::string_view, 12> kNames = {
        "", "unnamed: 0", "index", "id", "idx", "row", "rownames", "rowid", "nr", "no", "#", "nr."};
    if (table_.columns.empty() || table_.rows < 3 || !is_one_of(lower(read_.column.name), kNames))
      return false;
    for (size_t i = 1; i < read_.values.size(); ++i)
      if (read_.values[i] != read_.values[i - 1] + 1) return false;
    return true;
  }

  void read_words() {
    std::map<std::string_view, int64_t> count;
    for (int64_t r = 0; r < table_.rows; ++r)
      if (!is_gap(cell(r))) ++count[cell(r)];
    const size_t different = count.size();
    const bool mostly = 2 * different > static_cast<size_t>(present_);
    const bool index = read_.column.name.empty() && !table_.columns.empty() &&
                       different == static_cast<size_t>(present_) && table_.rows >= 3;
    read_.note.clear();
    if (different > kMostWords || (different > kAlwaysWords && mostly) || index) {
      read_.left_out =
          std::to_string(different) + " different words in " + std::to_string(present_) + " rows";
      return;
    }
    double index_of = 0;
    std::map<std::string_view, double> number;
    for (const auto& [word, n] : count) {
      number[word] = index_of++;
      read_.column.words.emplace_back(word);
    }
    read_.column.kind = different == 1 ? ColumnKind::constant : ColumnKind::words;
    for (int64_t r = 0; r < table_.rows; ++r)
      is_gap(cell(r)) ? add_gap(r) : read_.values.push_back(number.at(cell(r)));
    if (rules_.yes_no && different == 2) as_yes_no();
  }

  // Words like "no" and "yes".
  void as_yes_no() {
    constexpr std::pair<std::string_view, std::string_view> kPairs[] = {
        {"no", "yes"}, {"n", "y"}, {"false", "true"}, {"f", "t"}};
    Column& column = read_.column;
    for (const auto& [no, yes] : kPairs) {
      const bool first = lower(column.words[0]) == no && lower(column.words[1]) == yes;
      const bool second = lower(column.words[1]) == no && lower(column.words[0]) == yes;
      if (!first && !second) continue;
      column.kind = ColumnKind::yes_no;
      if (first) return;
      std::swap(column.words[0], column.words[1]);
      for (double& value : read_.values) value = 1 - value;
      return;
    }
  }

  const CsvTable& table_;
  int64_t column_;
  ColumnRules rules_;
  std::string source_;
  NumberStyle style_;
  std::vector<std::string> bare_;  // cells without their unit; empty: there is none
  int64_t present_ = 0, dashes_ = 0, numbers_ = 0;
  ColumnValues read_;
};

std::string cell_of(const Column& column, std::span<const double> numbers) {
  switch (column.kind) {
    case ColumnKind::constant:
      return column.words[0];
    case ColumnKind::yes_no:
      return column.words[numbers[0] > 0.5 ? 1 : 0];
    case ColumnKind::words:
      return column.words[static_cast<size_t>(std::ranges::max_element(numbers) - numbers.begin())];
    default:
      return column.date.empty() ? with_unit(text_of(numbers[0], column.decimals), column.unit)
                                 : date_text(numbers[0], column.date);
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

bool is_gap(std::string_view cell) {
  constexpr std::array<std::string_view, 20> kGaps = {
      "",     "#N/A",   "#N/A N/A", "#NA",  "-1.#IND", "-1.#QNAN", "-NaN",
      "-nan", "1.#IND", "1.#QNAN",  "<NA>", "N/A",     "NA",       "NULL",
      "NaN",  "None",   "n/a",      "nan",  "null",    "?"};
  return is_one_of(cell, kGaps);
}

std::optional<double> parse_number(std::string_view text) {
  const std::optional<double> value = number_in(text, kPoint);
  return value ? value : number_in(text, kComma);
}

std::optional<double> parse_number(std::string_view text, const Column& column) {
  if (column.date.empty()) return parse_number(without_unit(text, column.unit));
  const std::optional<double> days = parse_date(text, column.date);
  return days ? days : parse_date(text);
}

bool is_number(std::string_view cell) {
  if (parse_number(cell)) return true;
  std::string number;
  return (is_usual(unit_of(cell, number)) && parse_number(number)) || parse_date(cell);
}

bool has_decimal_commas(const CsvTable& table) {
  for (int64_t c = 0; c < table.width; ++c) {
    const StyleCounts n = count_styles(table.rows, [&](int64_t r) { return table.cell(r, c); });
    if (n.comma > n.point && 2 * n.comma >= n.present) return true;
  }
  return false;
}

ColumnValues read_column(const CsvTable& table, int64_t column, const ColumnRules& rules,
                         std::string_view source) {
  return ColumnReader(table, column, rules, source).read();
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
