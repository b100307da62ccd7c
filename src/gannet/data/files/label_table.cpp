#include "gannet/data/files/detail/label_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

#include "gannet/base/message_text.h"
#include "gannet/data/files/detail/split_table.h"

namespace gannet {
namespace {

constexpr int64_t kMostClasses = 1000;  // that are numbers
constexpr size_t kMostNamed = 12;       // columns in messages

bool is_one_of(const std::string& name, std::initializer_list<const char*> list) {
  return std::ranges::find(list, name) != list.end();
}

bool names_class(const std::string& name) {
  return is_one_of(name, {"label", "labels", "class", "classes", "class_id", "classid",
                          "class_name", "category", "category_id", "target", "y"});
}

class LabelTable {
 public:
  LabelTable(SampleItems& items, const FileTable& files, const std::string& decision)
      : items_(items), files_(files), table_(files.table), decision_(decision) {}

  Labels read() {
    read_columns();
    label();
    describe();
    return std::move(result_);
  }

 private:
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
    const int64_t parts = part_column(files_);
    const std::string own = files_.name.substr(folder_of(files_.name).size());
    if (table_.width == 2 && table_.columns.empty() && names_captions(without_extension(own)))
      caption_column_ = 1 - files_.file_column;  // captions.txt without a header
    for (int64_t c = 0; c < table_.width; ++c) {
      if (c == files_.file_column || c == parts || c == caption_column_) continue;
      if (caption_column_ < 0 && names_captions(files_.lower_name(c))) {
        caption_column_ = c;
        continue;
      }
      ColumnValues column = read_column(table_, c, rules, files_.name);
      const bool many = !column.left_out.empty() || has_repeated_items();
      if (many && caption_column_ < 0 && has_sentences(c)) {
        caption_column_ = c;
      } else if (column.column.kind == ColumnKind::constant || !column.left_out.empty()) {
        left_out_.push_back(files_.name_of(c) + " (" +
                            (column.left_out.empty() ? "constant" : column.left_out) + ")");
      } else {
        if (column.column.name.empty()) column.column.name = files_.name_of(c);
        columns_.push_back(std::move(column));
        numbers_.push_back(c);
      }
    }
    if (caption_column_ >= 0 && has_repeated_items()) leave_out_all();
    choose_class();
    name_apart();
  }

  bool has_repeated_items() const {
    return std::ranges::any_of(files_.rows_of, [](const auto& rows) { return rows.size() > 1; });
  }

  // Several captions of a file: what else stands beside them is of the caption.
  void leave_out_all() {
    for (const int64_t c : numbers_)
      left_out_.push_back(files_.name_of(c) + " (several rows a file)");
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
      const bool named = names_class(files_.lower_name(numbers_[i]));
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
    if (rows.empty()) return "has no row in " + files_.name;
    for (const int64_t r : rows) {
      const auto row = static_cast<size_t>(r);
      SampleLabel here;
      if (!class_values_.empty() && !std::isnan(class_values_[row]))
        here.number = static_cast<int64_t>(class_values_[row]);
      here.attributes = attributes(r);
      const bool gap = (!class_values_.empty() && here.number < 0) ||
                       (!columns_.empty() && here.attributes.empty());
      const std::string line = "line " + std::to_string(table_.lines[row]) + " of " + files_.name;
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
      if (const std::string bad = put_label(files_.rows_of[i], item.label); !bad.empty())
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
      add(c.name + " (" + kind_text(c) + ")");
    }
    if (columns_.size() > kMostNamed)
      add(std::to_string(columns_.size() - kMostNamed) + " attributes more");
    return text.empty() ? "no labels" : text;
  }

  void describe() {
    result_.decision = Decision{"labels", decision_, "by " + files_.name + ": " + contents()};
    for (const std::string& note : table_.notes)
      result_.further.push_back({"labels", files_.name, note});
    if (!left_out_.empty())
      result_.further.push_back(
          {"labels", files_.name, "left out: " + name_list(left_out_, kMostNamed)});
    if (files_.missing > 0)
      result_.further.push_back(
          {"labels", files_.name,
           std::to_string(files_.missing) +
               (files_.missing == 1 ? " row names a file that is not there, '"
                                    : " rows name files that are not there, the "
                                      "first '") +
               files_.first_missing.substr(0, 60) + "'"});
  }

  SampleItems& items_;
  const FileTable& files_;
  const CsvTable& table_;
  const std::string& decision_;
  int64_t caption_column_ = -1;
  std::vector<ColumnValues> columns_;  // the attributes
  std::vector<int64_t> numbers_;       // of these columns in the table
  std::vector<double> class_values_;   // of each row, where there are classes
  std::vector<std::string> left_out_;
  Labels result_;
};

constexpr std::array kTableNames = {"labels.csv",
                                    "labels.tsv",
                                    "labels.txt",
                                    "attributes.csv",
                                    "annotations.csv",
                                    "metadata.csv",
                                    "captions.csv",
                                    "captions.tsv",
                                    "captions.txt",
                                    "list_attr_celeba.txt",
                                    "list_attr_celeba.csv",
                                    "metadata.jsonl",
                                    "labels.jsonl",
                                    "captions.jsonl",
                                    "labels.json",
                                    "captions.json",
                                    "flickr8k.token.txt",
                                    "flickr30k.token.txt",
                                    "results_20130124.token",
                                    "results.csv"};

// annotations/captions_val2017.json beside val2017/.
std::string coco_captions(const std::string& folder, size_t at) {
  const std::string below = folder.substr(at, folder.find('/', at) - at);
  return folder.substr(0, at) + "annotations/captions_" + below + ".json";
}

}  // namespace

std::optional<size_t> find_label_table(const std::vector<std::string>& names,
                                       const SampleItems& items) {
  if (const std::optional<size_t> usual = find_table(names, items, kTableNames)) return usual;
  const std::string folder = common_folder(items);
  for (size_t at = 0;; at = folder.find('/', at) + 1) {
    if (const auto found = std::ranges::find(names, coco_captions(folder, at));
        found != names.end())
      return found - names.begin();
    if (at == folder.size()) return {};
  }
}

Labels label_by_table(SampleItems& items, const FileTable& table, const std::string& decision) {
  return LabelTable(items, table, decision).read();
}

}  // namespace gannet
