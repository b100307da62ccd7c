#include "gannet/data/files/detail/label_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

#include "gannet/base/error.h"
#include "gannet/base/file_names.h"
#include "gannet/data/files/detail/folder_roles.h"
#include "gannet/formats/json_table.h"

namespace gannet {
namespace {

constexpr int64_t kTriedRows = 1000;    // to find the column of files
constexpr int64_t kMostClasses = 1000;  // that are numbers
constexpr size_t kMostNamed = 12;       // columns in messages

bool is_one_of(const std::string& name, std::initializer_list<const char*> list) {
  return std::ranges::find(list, name) != list.end();
}

bool names_captions(const std::string& name) {
  return is_one_of(name, {"caption", "captions", "text", "sentence", "sentences", "description",
                          "prompt", "comment", "transcript"});
}
bool names_class(const std::string& name) {
  return is_one_of(name, {"label", "labels", "class", "classes", "class_id", "classid",
                          "class_name", "category", "category_id", "target", "y"});
}

bool names_split(const std::string& name) {
  return is_one_of(name, {"split", "partition", "subset", "set", "part", "usage", "fold"});
}

// How a cell may name an item.
enum class KeyForm { path, stem_path, name, stem };
constexpr std::array kForms = {KeyForm::path, KeyForm::stem_path, KeyForm::name, KeyForm::stem};

std::string key_of(const std::string& path, KeyForm form) {
  const std::string name = form == KeyForm::path || form == KeyForm::stem_path
                               ? path
                               : path.substr(folder_of(path).size());
  return form == KeyForm::stem_path || form == KeyForm::stem ? without_extension(name) : name;
}

// A cell as a path below the table's folder.
std::string path_of(std::string_view cell) {
  std::string path = display_name(std::string(cell));
  std::ranges::replace(path, '\\', '/');
  while (path.starts_with("./")) path.erase(0, 2);
  return path.starts_with('/') ? path.substr(1) : path;
}

class LabelTable {
 public:
  LabelTable(SampleItems& items, ByteSpan bytes, const LabelTableOptions& options)
      : items_(items), bytes_(bytes), options_(options) {}

  std::optional<Labels> read() {
    const bool json = is_json_text(bytes_);
    table_ = json ? read_json_table(bytes_, options_.name) : read_csv(bytes_, options_.name);
    choose_file_column();
    if (file_column_ < 0) {
      if (!options_.asked) return std::nullopt;
      fail_without_files();
    }
    if (!json) check_header();
    find_rows();
    take_training_part();
    read_columns();
    label();
    describe();
    return std::move(result_);
  }

 private:
  std::string name_of(int64_t column) const {
    if (table_.columns.empty() || table_.columns[static_cast<size_t>(column)].empty())
      return "column " + std::to_string(column + 1);
    return table_.columns[static_cast<size_t>(column)].substr(0, 60);
  }
  std::string lower_name(int64_t column) const {
    return table_.columns.empty() ? "" : lower_case(table_.columns[static_cast<size_t>(column)]);
  }

  [[noreturn]] void fail_without_files() const {
    std::string row;
    for (int64_t c = 0; c < std::min<int64_t>(table_.width, 4); ++c)
      row += (c > 0 ? ", '" : "'") + std::string(table_.cell(0, c).substr(0, 40)) + "'";
    throw Error("no column names the files: its first row is " + row + ", the first file is " +
                    (items_.empty() ? "none" : items_[0].name),
                options_.name, "a column of their names, as in file,label");
  }

  // Of each key of this form the item; npos where several have it.
  std::unordered_map<std::string, size_t> keys(KeyForm form) const {
    std::unordered_map<std::string, size_t> all;
    for (size_t i = 0; i < items_.size(); ++i) {
      std::string path = items_[i].name;
      if (path.starts_with(options_.root)) path.erase(0, options_.root.size());
      const auto [at, fresh] = all.emplace(key_of(path, form), i);
      if (!fresh) at->second = std::string::npos;
    }
    return all;
  }

  void choose_file_column() {
    int64_t best = 0;
    const int64_t step = std::max<int64_t>(1, table_.rows / kTriedRows);
    for (const KeyForm form : kForms) {
      std::unordered_map<std::string, size_t> known = keys(form);
      for (int64_t c = 0; c < table_.width; ++c) {
        std::unordered_map<size_t, bool> found;
        for (int64_t r = 0; r < table_.rows; r += step) {
          const auto at = known.find(key_of(path_of(table_.cell(r, c)), form));
          if (at != known.end() && at->second != std::string::npos) found[at->second] = true;
        }
        if (static_cast<int64_t>(found.size()) <= best) continue;
        best = static_cast<int64_t>(found.size());
        file_column_ = c;
        form_ = form;
      }
    }
    const int64_t tried = (table_.rows + step - 1) / step;  // numbers may be names by chance
    if (2 * best < std::min(tried, static_cast<int64_t>(items_.size()))) file_column_ = -1;
    if (file_column_ >= 0) known_ = keys(form_);
  }

  size_t item_of(std::string_view cell) const {
    const auto at = known_.find(key_of(path_of(cell), form_));
    return at == known_.end() ? std::string::npos : at->second;
  }

  // A header that names a file is none; a first row that alone names no file is one.
  void check_header() {
    const auto column = static_cast<size_t>(file_column_);
    if (!table_.columns.empty() && item_of(table_.columns[column]) != std::string::npos) {
      table_ = read_csv(bytes_, options_.name, CsvHeader::no);
    } else if (table_.columns.empty() && table_.rows > 1 &&
               item_of(table_.cell(0, file_column_)) == std::string::npos &&
               item_of(table_.cell(1, file_column_)) != std::string::npos) {
      table_ = read_csv(bytes_, options_.name, CsvHeader::yes);
    }
  }

  // The rows that name items, in the table's order.
  void find_rows() {
    CsvTable& t = table_;
    int64_t kept = 0;
    for (int64_t r = 0; r < t.rows; ++r) {
      const size_t item = item_of(t.cell(r, file_column_));
      if (item == std::string::npos) {
        if (missing_++ == 0) first_missing_ = t.cell(r, file_column_);
        continue;
      }
      std::copy_n(t.cells.begin() + r * t.width, t.width, t.cells.begin() + kept * t.width);
      t.lines[static_cast<size_t>(kept++)] = t.lines[static_cast<size_t>(r)];
      row_items_.push_back(item);
    }
    t.rows = kept;
    t.cells.resize(static_cast<size_t>(kept * t.width));
    rows_of_.resize(items_.size());
    for (int64_t r = 0; r < kept; ++r) rows_of_[row_items_[static_cast<size_t>(r)]].push_back(r);
  }

  // A column of parts of the set, where all of its cells are some: train, test, val.
  int64_t find_split_column() const {
    for (int64_t c = 0; c < table_.width; ++c) {
      if (c == file_column_ || !names_split(lower_name(c))) continue;
      bool train = false, all = table_.rows > 0;
      for (int64_t r = 0; all && r < table_.rows; ++r) {
        const std::string part(table_.cell(r, c));
        all = role_of(part).part != Part::none;
        train |= role_of(part).part == Part::train;
      }
      if (all && train) return c;
    }
    return -1;
  }

  // Items of other parts are taken out, and counted.
  void take_training_part() {
    split_column_ = find_split_column();
    if (split_column_ < 0) return;
    SampleItems kept;
    std::vector<std::vector<int64_t>> rows;
    for (size_t i = 0; i < items_.size(); ++i) {
      const bool other =
          !rows_of_[i].empty() &&
          role_of(std::string(table_.cell(rows_of_[i][0], split_column_))).part != Part::train;
      other_parts_ += other;
      if (other) continue;
      kept.push_back(std::move(items_[i]));
      rows.push_back(std::move(rows_of_[i]));
    }
    items_ = std::move(kept);
    rows_of_ = std::move(rows);
  }

  bool has_sentences(int64_t column) const {
    int64_t sentences = 0, cells = 0;
    for (int64_t r = 0; r < table_.rows; ++r) {
      const std::string_view cell = table_.cell(r, column);
      if (is_gap(cell)) continue;
      ++cells;
      sentences += cell.find(' ') != std::string_view::npos;
    }
    return 2 * sentences > cells;
  }

  void read_columns() {
    const ColumnRules rules{.yes_no = true, .decimal_commas = has_decimal_commas(table_)};
    for (int64_t c = 0; c < table_.width; ++c) {
      if (c == file_column_ || c == split_column_) continue;
      if (caption_column_ < 0 && names_captions(lower_name(c))) {
        caption_column_ = c;
        continue;
      }
      ColumnValues column = read_column(table_, c, rules, options_.name);
      if (!column.left_out.empty() && caption_column_ < 0 && has_sentences(c)) {
        caption_column_ = c;
      } else if (column.column.kind == ColumnKind::constant || !column.left_out.empty()) {
        left_out_.push_back(name_of(c) + " (" +
                            (column.left_out.empty() ? "of one value" : column.left_out) + ")");
      } else {
        if (column.column.name.empty()) column.column.name = name_of(c);
        columns_.push_back(std::move(column));
        numbers_.push_back(c);
      }
    }
    if (caption_column_ >= 0 && has_repeated_items()) leave_out_all();
    choose_class();
    name_apart();
  }

  bool has_repeated_items() const {
    return std::ranges::any_of(rows_of_, [](const auto& rows) { return rows.size() > 1; });
  }

  // Several captions of a file: what else stands beside them is of the caption.
  void leave_out_all() {
    for (const int64_t c : numbers_) left_out_.push_back(name_of(c) + " (several rows a file)");
    columns_.clear();
    numbers_.clear();
  }

  static bool is_whole(const ColumnValues& c) {
    if (c.column.kind != ColumnKind::number || c.column.decimals != 0) return false;
    std::vector<double> different = c.values;
    std::erase_if(different, [](double x) { return std::isnan(x); });
    std::ranges::sort(different);
    const auto rest = std::ranges::unique(different);
    different.erase(rest.begin(), rest.end());
    return static_cast<int64_t>(different.size()) <= kMostClasses;
  }

  // The only column, of words, or one named as a class. A class by numbers is no attribute.
  void choose_class() {
    for (size_t i = 0; i < columns_.size(); ++i) {
      ColumnValues& c = columns_[i];
      const bool named = names_class(lower_name(numbers_[i]));
      const bool alone = columns_.size() == 1;
      const bool words = c.column.kind == ColumnKind::words;
      const bool numbers = is_whole(c) || c.column.kind == ColumnKind::yes_no;
      const bool unnamed = alone && table_.columns.empty();
      if (!((alone && words) || (named && (words || numbers)) || (unnamed && numbers))) continue;
      set_classes(c);
      if (!alone && words) return;
      columns_.erase(columns_.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
  }

  void set_classes(const ColumnValues& c) {
    class_values_ = c.values;
    if (c.column.kind != ColumnKind::number) {
      result_.classes = c.column.words;
      return;
    }
    std::vector<double> numbers = c.values;
    std::erase_if(numbers, [](double x) { return std::isnan(x); });
    std::ranges::sort(numbers);
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    for (const double x : numbers) result_.classes.push_back(std::to_string(std::llround(x)));
    for (double& value : class_values_)
      if (!std::isnan(value))
        value = static_cast<double>(std::ranges::lower_bound(numbers, value) - numbers.begin());
  }

  // Two columns of one name.
  void name_apart() {
    std::unordered_map<std::string, int> count;
    for (ColumnValues& c : columns_)
      if (const int n = ++count[c.column.name]; n > 1)
        c.column.name += " (" + std::to_string(n) + ")";
  }

  // Its numbers in row r; empty where there is a gap.
  std::vector<float> attributes(int64_t r) const {
    std::vector<float> all;
    for (const ColumnValues& c : columns_) {
      const double value = c.values[static_cast<size_t>(r)];
      if (std::isnan(value)) return {};
      if (c.column.kind != ColumnKind::words) {
        all.push_back(static_cast<float>(value));
        continue;
      }
      for (size_t w = 0; w < c.column.words.size(); ++w)
        all.push_back(static_cast<double>(w) == value ? 1.0f : 0.0f);
    }
    return all;
  }

  // What is wrong with the item's rows; "": nothing.
  std::string put_label(const std::vector<int64_t>& rows, SampleLabel& label) const {
    if (rows.empty()) return "has no row in " + options_.name;
    for (const int64_t r : rows) {
      const auto row = static_cast<size_t>(r);
      SampleLabel here;
      if (!class_values_.empty() && !std::isnan(class_values_[row]))
        here.number = static_cast<int64_t>(class_values_[row]);
      here.attributes = attributes(r);
      const bool gap = (!class_values_.empty() && here.number < 0) ||
                       (!columns_.empty() && here.attributes.empty());
      const std::string line = "line " + std::to_string(table_.lines[row]) + " of " + options_.name;
      if (gap) return "has a gap in " + line;
      if (r != rows[0] && (here.number != label.number || here.attributes != label.attributes))
        return "has another label in " + line;
      label.number = here.number;
      label.attributes = std::move(here.attributes);
      if (caption_column_ >= 0 && !is_gap(table_.cell(r, caption_column_)))
        label.captions.emplace_back(table_.cell(r, caption_column_));
    }
    return "";
  }

  void label() {
    for (const ColumnValues& c : columns_) result_.columns.push_back(c.column);
    result_.attributes = total_width(result_.columns);
    for (size_t i = 0; i < items_.size(); ++i) {
      SampleItem& item = items_[i];
      if (const std::string bad = put_label(rows_of_[i], item.label); !bad.empty())
        result_.problems.push_back({item.name, bad});
      else
        result_.items.push_back(std::move(item));
    }
  }

  std::string contents() const {
    std::string text;
    const auto add = [&](const std::string& more) { text += (text.empty() ? "" : ", ") + more; };
    if (!result_.classes.empty()) add(std::to_string(result_.classes.size()) + " classes");
    if (caption_column_ >= 0) add("captions");
    for (size_t i = 0; i < std::min(kMostNamed, columns_.size()); ++i) {
      const Column& c = columns_[i].column;
      const char* kind = c.kind == ColumnKind::number ? " (number)" : " (yes or no)";
      add(c.name +
          (c.kind == ColumnKind::words ? " (" + std::to_string(c.words.size()) + " words)" : kind));
    }
    if (columns_.size() > kMostNamed)
      add(std::to_string(columns_.size() - kMostNamed) + " attributes more");
    return text.empty() ? "no labels" : text;
  }

  void describe() {
    result_.decision =
        Decision{"labels", options_.decision, "by " + options_.name + ": " + contents()};
    for (const std::string& note : table_.notes)
      result_.further.push_back({"labels", options_.name, note});
    std::string list;
    for (size_t i = 0; i < std::min(kMostNamed, left_out_.size()); ++i)
      list += (i > 0 ? ", " : "") + left_out_[i];
    if (left_out_.size() > kMostNamed)
      list += " and " + std::to_string(left_out_.size() - kMostNamed) + " more";
    if (!list.empty()) result_.further.push_back({"labels", options_.name, "left out: " + list});
    if (other_parts_ > 0)
      result_.further.push_back({"split", "train",
                                 std::to_string(other_parts_) + " samples of other parts (" +
                                     name_of(split_column_) + ") are left out"});
    if (missing_ > 0)
      result_.further.push_back({"labels", options_.name,
                                 std::to_string(missing_) +
                                     (missing_ == 1 ? " row names a file that is not there, '"
                                                    : " rows name files that are not there, the "
                                                      "first '") +
                                     first_missing_.substr(0, 60) + "'"});
  }

  SampleItems& items_;
  ByteSpan bytes_;
  const LabelTableOptions& options_;
  CsvTable table_;
  int64_t file_column_ = -1, caption_column_ = -1, split_column_ = -1;
  int64_t missing_ = 0, other_parts_ = 0;
  std::string first_missing_;
  KeyForm form_ = KeyForm::path;
  std::unordered_map<std::string, size_t> known_;
  std::vector<size_t> row_items_;              // of each row
  std::vector<std::vector<int64_t>> rows_of_;  // of each item
  std::vector<ColumnValues> columns_;          // the attributes
  std::vector<int64_t> numbers_;               // of these columns in the table
  std::vector<double> class_values_;           // of each row, where there are classes
  std::vector<std::string> left_out_;
  Labels result_;
};

constexpr std::array kTableNames = {
    "labels.csv",      "labels.tsv",           "labels.txt",           "attributes.csv",
    "annotations.csv", "metadata.csv",         "captions.csv",         "captions.tsv",
    "captions.txt",    "list_attr_celeba.txt", "list_attr_celeba.csv", "metadata.jsonl",
    "labels.jsonl",    "captions.jsonl",       "labels.json",          "captions.json"};

// annotations/captions_val2017.json beside val2017/.
std::string coco_captions(const std::string& folder, size_t at) {
  const std::string below = folder.substr(at, folder.find('/', at) - at);
  return folder.substr(0, at) + "annotations/captions_" + below + ".json";
}

}  // namespace

std::optional<size_t> find_label_table(const std::vector<std::string>& names,
                                       const SampleItems& items) {
  const std::string folder = common_folder(items);
  for (size_t at = 0;; at = folder.find('/', at) + 1) {
    for (const char* name : kTableNames)
      if (const auto found = std::ranges::find(names, folder.substr(0, at) + name);
          found != names.end())
        return found - names.begin();
    if (const auto found = std::ranges::find(names, coco_captions(folder, at));
        found != names.end())
      return found - names.begin();
    if (at == folder.size()) return {};
  }
}

std::optional<Labels> label_by_table(SampleItems& items, ByteSpan bytes,
                                     const LabelTableOptions& options) {
  return LabelTable(items, bytes, options).read();
}

}  // namespace gannet
