#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "gannet/base/error.h"
#include "gannet/formats/dates.h"
#include "gannet/formats/detail/number_styles.h"

namespace gannet {
namespace {

constexpr size_t kMostWords = 100, kAlwaysWords = 10;
constexpr int64_t kMostDecimals = 17;
constexpr double kLargestWhole = 1e16;  // that are written with all their digits

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
    } else if (are_codes()) {
      forget_unit();
      read_words();
      read_.note = "zeros in front, taken as words";
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

  // Postcodes and the like: digits alone, some of them after a 0.
  bool are_codes() const {
    bool zero = false;
    for (int64_t r = 0; r < table_.rows; ++r) {
      const std::string_view text = cell(r);
      if (is_number_gap(text)) continue;
      if (text.find_first_not_of("0123456789") != std::string_view::npos) return false;
      zero |= text.size() > 1 && text[0] == '0';
    }
    return zero;
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
    StyleCounts n;
    for (int64_t r = 0; r < table_.rows; ++r) n.add(cell(r));
    // 1,234 may be either: a comma between columns is no decimal mark. Nor is a point one in a
    // table of decimal commas.
    const bool tie = n.comma == n.point && n.comma > 0;
    const bool is_comma =
        n.comma > n.point ||
        (tie && ((n.with_comma > 0 && table_.separator != ',') || rules_.decimal_commas));
    style_ = is_comma ? kComma : kPoint;
    read_.column.decimal_comma = is_comma && n.with_comma > 0;
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
      column.words = {number_cell(column, *different.begin())};
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
      if (!mostly && !index)
        read_.left_out += ", at most " + std::to_string(kMostWords) +
                          " are learned: write `other` for the rare ones";
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

}  // namespace

ColumnValues read_column(const CsvTable& table, int64_t column, const ColumnRules& rules,
                         std::string_view source) {
  return ColumnReader(table, column, rules, source).read();
}

}  // namespace gannet
