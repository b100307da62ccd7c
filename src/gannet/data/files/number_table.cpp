#include "gannet/data/files/detail/number_table.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "gannet/base/error.h"
#include "gannet/base/message_text.h"
#include "gannet/data/detail/checks.h"
#include "gannet/data/files/items.h"

namespace gannet {
namespace {

constexpr uint64_t kFileLimit = uint64_t{1} << 32;
constexpr size_t kMostNamed = 8;  // columns in messages

std::string name_of(const CsvTable& table, int64_t column) {
  const std::string name =
      table.columns.empty() ? "" : table.columns[static_cast<size_t>(column)].substr(0, 60);
  return name.empty() ? "column " + std::to_string(column + 1) : name;
}

class Reading {
 public:
  Reading(const Path& path, const SourceOptions& options)
      : source_(path.string()),
        options_(options),
        table_(read_csv(read_file(path, kFileLimit), source_)) {
    table_.rows = limited(table_.rows, options);
  }

  NumberTable read() {
    read_columns();
    choose_rows();
    if (static_cast<int64_t>(rows_.size()) < table_.rows) read_kept_rows();
    fill();
    describe();
    return std::move(result_);
  }

 private:
  void read_columns() {
    const ColumnRules rules{.yes_no = false,
                            .bad_as_gaps = options_.gaps != "refuse",
                            .decimal_commas = has_decimal_commas(table_)};
    for (int64_t c = 0; c < table_.width; ++c) {
      if (left_out_.contains(c)) continue;
      ColumnValues column = read_column(table_, c, rules, source_);
      if (!column.left_out.empty()) {
        left_out_.insert(c);
        decide("left out", name_of(table_, c), column.left_out);
        continue;
      }
      if (!column.note.empty()) noted_[column.note].push_back(name_of(table_, c));
      if (column.column.kind == ColumnKind::constant && column.gaps == 0)
        constant_.push_back(name_of(table_, c));
      if (column.column.kind == ColumnKind::words)
        words_.push_back(name_of(table_, c) + " (" + std::to_string(column.column.words.size()) +
                         ")");
      columns_.push_back(std::move(column));
    }
  }

  bool has_gap(int64_t row) const {
    return std::ranges::any_of(columns_, [&](const ColumnValues& c) {
      return std::isnan(c.values[static_cast<size_t>(row)]);
    });
  }

  void choose_rows() {
    int64_t gaps = 0, columns = 0;
    std::string first;
    for (const ColumnValues& c : columns_) {
      if (gaps == 0) first = c.first_gap;
      gaps += c.gaps;
      columns += c.gaps > 0;
    }
    for (int64_t r = 0; r < table_.rows; ++r)
      if (options_.gaps != "drop" || !has_gap(r)) rows_.push_back(r);
    if (gaps == 0) return;
    const std::string count = std::to_string(gaps) + (gaps == 1 ? " cell" : " cells") +
                              " without a value in " + std::to_string(columns) +
                              (columns == 1 ? " column" : " columns");
    const auto with_gaps = static_cast<int64_t>(
        std::ranges::count_if(rows_, [this](int64_t r) { return has_gap(r); }));
    if (options_.gaps == "refuse") {
      const std::string of_rows =
          std::to_string(with_gaps) + " of " + std::to_string(table_.rows) + " rows";
      throw Error(count + ", the first at " + first, source_,
                  with_gaps < table_.rows
                      ? "--gaps drop leaves out " + of_rows +
                            ", --gaps mean puts the column's mean or most frequent word there"
                      : "--gaps mean puts the column's mean or most frequent word there");
    }
    if (rows_.empty())
      throw Error("every row has a cell without a value", source_,
                  "--gaps mean puts the column's mean or most frequent word there");
    if (options_.gaps == "drop")
      decide("gaps", "drop",
             std::to_string(table_.rows - static_cast<int64_t>(rows_.size())) + " of " +
                 std::to_string(table_.rows) + " rows are left out: " + count);
    else
      decide("gaps", "mean", count + ": the column's mean or most frequent word is put there");
    if (options_.gaps == "mean")
      for (ColumnValues& c : columns_) fill_gaps(c);
  }

  // The kinds and words of the columns once more, of the rows that are kept alone. A column that
  // counts the rows counted all of them.
  void read_kept_rows() {
    CsvTable& t = table_;
    for (size_t to = 0; to < rows_.size(); ++to) {
      const auto from = static_cast<size_t>(rows_[to]), width = static_cast<size_t>(t.width);
      std::copy_n(t.cells.begin() + static_cast<std::ptrdiff_t>(from * width), width,
                  t.cells.begin() + static_cast<std::ptrdiff_t>(to * width));
      t.lines[to] = t.lines[from];
    }
    t.rows = static_cast<int64_t>(rows_.size());
    t.lines.resize(rows_.size());
    t.cells.resize(rows_.size() * static_cast<size_t>(t.width));
    std::iota(rows_.begin(), rows_.end(), 0);
    columns_.clear();
    noted_.clear();
    constant_.clear();
    words_.clear();
    read_columns();
  }

  static void fill_gaps(ColumnValues& c) {
    double sum = 0, count = 0;
    std::map<double, int64_t> frequency;
    for (const double value : c.values) {
      if (std::isnan(value)) continue;
      sum += value;
      ++count;
      if (c.column.kind != ColumnKind::number) ++frequency[value];
    }
    double filling = sum / count;
    if (c.column.kind != ColumnKind::number)
      filling =
          std::ranges::max_element(frequency, {}, [](const auto& f) { return f.second; })->first;
    for (double& value : c.values)
      if (std::isnan(value)) value = filling;
  }

  void fill() {
    auto learned = std::make_shared<TableColumns>();
    learned->has_names = !table_.columns.empty();
    // A .tsv has tabs by its name, and blanks are of any number.
    if (table_.separator != ' ' && !(table_.separator == '\t' && has_name_of_tabs()))
      learned->separator = table_.separator;
    for (const ColumnValues& c : columns_) learned->columns.push_back(c.column);
    result_.width = total_width(learned->columns);
    result_.rows = static_cast<int64_t>(rows_.size());
    result_.values.reserve(static_cast<size_t>(result_.rows * result_.width));
    for (const int64_t row : rows_)
      for (const ColumnValues& c : columns_) {
        const double value = c.values[static_cast<size_t>(row)];
        if (c.column.kind == ColumnKind::number) result_.values.push_back(value);
        if (c.column.kind == ColumnKind::words)
          for (size_t w = 0; w < c.column.words.size(); ++w)
            result_.values.push_back(static_cast<double>(w) == value ? 1 : 0);
      }
    if (result_.width == 0) fail_without_columns();
    if (learned->has_names || !words_.empty()) result_.names = number_names(learned->columns);
    result_.columns = std::move(learned);
  }

  [[noreturn]] void fail_without_columns() const {
    std::string reasons;
    for (const Decision& d : result_.decisions)
      if (d.name == "left out")
        reasons += (reasons.empty() ? " (" : "; ") + d.value + ": " + d.reason;
    throw Error("no column to learn from: " + std::to_string(constant_.size()) + " constant, " +
                    std::to_string(table_.width - static_cast<int64_t>(columns_.size())) +
                    " left out" + (reasons.empty() ? "" : reasons + ")"),
                source_);
  }

  void describe() {
    for (const std::string& note : table_.notes) decide("table", source_name(), note);
    for (const auto& [note, names] : noted_)
      decide("numbers", note, "in " + name_list(names, kMostNamed));
    if (!words_.empty())
      decide("words", name_list(words_, kMostNamed), "one-hot, a number for each of their words");
    if (!constant_.empty())
      decide("constant", name_list(constant_, kMostNamed),
             "not learned, but written by sample --out FILE.csv");
  }

  bool has_name_of_tabs() const {
    const std::string extension = lower_case(Path(source_).extension().string());
    return extension == ".tsv" || extension == ".tab";
  }

  std::string source_name() const { return Path(source_).filename().string(); }

  void decide(std::string name, std::string value, std::string reason) {
    result_.decisions.push_back({std::move(name), std::move(value), std::move(reason)});
  }

  std::string source_;
  const SourceOptions& options_;
  CsvTable table_;
  std::set<int64_t> left_out_;         // columns
  std::vector<ColumnValues> columns_;  // that are used
  std::vector<int64_t> rows_;          // that are used
  std::map<std::string, std::vector<std::string>> noted_;
  std::vector<std::string> words_, constant_;
  NumberTable result_;
};

}  // namespace

NumberTable read_number_table(const Path& path, const SourceOptions& options) {
  return Reading(path, options).read();
}

}  // namespace gannet
