#include "gannet/data/files/detail/file_table.h"

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "gannet/base/error.h"
#include "gannet/base/file_names.h"
#include "gannet/formats/columns.h"
#include "gannet/formats/encoding.h"
#include "gannet/formats/json_table.h"

namespace gannet {
namespace {

constexpr int64_t kTriedRows = 1000;  // to find the column of files

// How a cell may name an item.
// inner: below the folder that holds all items.
enum class KeyForm { path, stem_path, inner, stem_inner, name, stem };
constexpr std::array kForms = {KeyForm::path,       KeyForm::stem_path, KeyForm::inner,
                               KeyForm::stem_inner, KeyForm::name,      KeyForm::stem};

bool is_inner(KeyForm form) { return form == KeyForm::inner || form == KeyForm::stem_inner; }

std::string key_of(const std::string& path, KeyForm form) {
  const std::string name =
      form == KeyForm::name || form == KeyForm::stem ? path.substr(folder_of(path).size()) : path;
  const bool stem =
      form == KeyForm::stem_path || form == KeyForm::stem_inner || form == KeyForm::stem;
  return stem ? without_extension(name) : name;
}

// A cell as a path below the table's folder.
std::string path_of(std::string_view cell) {
  std::string path = display_name(std::string(cell));
  std::ranges::replace(path, '\\', '/');
  while (path.starts_with("./")) path.erase(0, 2);
  // Flickr8k.token.txt numbers the captions of a file: "1.jpg#0".
  const size_t mark = path.rfind('#'), dot = path.find('.');
  if (mark != std::string::npos && dot < mark && mark + 1 < path.size() &&
      path.find_first_not_of("0123456789", mark + 1) == std::string::npos)
    path.resize(mark);
  return path.starts_with('/') ? path.substr(1) : path;
}

bool names_caption_list(const std::string& name) {
  return names_captions(without_extension(name.substr(folder_of(name).size())));
}

struct CaptionLines {
  DecodedText decoded;
  std::vector<std::string> lines;
};

// A list that is no table, "1.png a dog, running": the name before the first separator of each
// line, and what follows it.
CsvTable read_caption_list(ByteSpan bytes, char separator) {
  const auto text = std::make_shared<CaptionLines>();
  text->decoded = decode_text(bytes);
  text->lines = text_lines(text->decoded.text, std::numeric_limits<size_t>::max());
  CsvTable table;
  table.columns = {"file", "caption"};
  table.width = 2;
  table.separator = separator;
  for (const std::string_view line : text->lines) {
    const size_t mark = std::min(line.find(separator), line.size());
    const std::string_view rest = line.substr(std::min(mark + 1, line.size()));
    const size_t first = std::min(rest.find_first_not_of(" \t"), rest.size());
    table.cells.insert(table.cells.end(), {line.substr(0, mark), rest.substr(first)});
    table.lines.push_back(++table.rows);
  }
  table.text = text;
  return table;
}

class Reading {
 public:
  Reading(const SampleItems& items, ByteSpan bytes, const FileTableOptions& options)
      : items_(items),
        bytes_(bytes),
        options_(options),
        json_(is_json_text(bytes)),
        common_(common_folder(items)) {
    read_.name = options.name;
    read_.table = json_ ? read_json_table(bytes, options.name) : read_text();
  }

  std::optional<FileTable> read() {
    choose_column();
    if (read_.file_column < 0) {
      if (!options_.required) return std::nullopt;
      fail_without_files();
    }
    if (!json_) check_header();
    find_rows();
    return std::move(read_);
  }

 private:
  CsvTable read_text() {
    try {
      CsvTable table = read_csv(bytes_, options_.name);
      const bool parted = table.width > 1 && table.separator != ' ';
      if (parted || !names_caption_list(options_.name)) return table;
      return list_of_captions().value_or(table);
    } catch (const Error&) {
      std::optional<CsvTable> list;
      if (names_caption_list(options_.name)) list = list_of_captions();
      if (!list) throw;
      return *std::move(list);
    }
  }

  int64_t rows_with_captions() const {
    const CsvTable& t = read_.table;
    int64_t named = 0;
    for (int64_t r = 0; read_.file_column == 0 && r < t.rows; ++r)
      named += !t.cell(r, 1).empty() && item_of(t.cell(r, 0)) != std::string::npos;
    return named;
  }

  CsvTable without_header(CsvTable list) const {
    if (list.rows < 2 || item_of(list.cell(0, 0)) != std::string::npos) return list;
    list.cells.erase(list.cells.begin(), list.cells.begin() + list.width);
    list.lines.erase(list.lines.begin());
    --list.rows;
    return list;
  }

  // By the separator before which most names of files stand; none where there are few.
  std::optional<CsvTable> list_of_captions() {
    std::optional<CsvTable> best;
    int64_t most = 0;
    for (const char separator : {'\t', '|', ';', ',', ' '}) {
      read_.table = read_caption_list(bytes_, separator);
      choose_column();
      const int64_t named = rows_with_captions();
      if (named <= most) continue;
      most = named;
      best = without_header(std::move(read_.table));
    }
    return best && 2 * most >= best->rows ? std::move(best) : std::nullopt;
  }

  [[noreturn]] void fail_without_files() const {
    const CsvTable& t = read_.table;
    std::string row;
    for (int64_t c = 0; t.rows > 0 && c < std::min<int64_t>(t.width, 4); ++c)
      row += (c > 0 ? ", '" : "'") + std::string(t.cell(0, c).substr(0, 40)) + "'";
    throw Error("no column names the files: its first row is " + (row.empty() ? "missing" : row) +
                    ", the first file is " + (items_.empty() ? "none" : items_[0].name),
                options_.name, "a column of their names, as in file,label");
  }

  std::string key_below_root(std::string path, KeyForm form) const {
    const std::string& root = is_inner(form) ? common_ : options_.root;
    if (path.starts_with(root)) path.erase(0, root.size());
    return key_of(path, form);
  }

  // Of each key of this form the item; npos where several have it.
  std::unordered_map<std::string, size_t> keys(KeyForm form) const {
    std::unordered_map<std::string, size_t> all;
    for (size_t i = 0; i < items_.size(); ++i) {
      const auto [at, fresh] = all.emplace(key_below_root(items_[i].name, form), i);
      if (!fresh) at->second = std::string::npos;
    }
    return all;
  }

  void choose_column() {
    const CsvTable& t = read_.table;
    int64_t best = 0;
    const int64_t step = std::max<int64_t>(1, t.rows / kTriedRows);
    for (const KeyForm form : kForms) {
      const std::unordered_map<std::string, size_t> known = keys(form);
      for (int64_t c = 0; c < t.width; ++c) {
        std::unordered_set<size_t> found;
        for (int64_t r = 0; r < t.rows; r += step) {
          const auto at = known.find(key_of(path_of(t.cell(r, c)), form));
          if (at != known.end() && at->second != std::string::npos) found.insert(at->second);
        }
        if (static_cast<int64_t>(found.size()) <= best) continue;
        best = static_cast<int64_t>(found.size());
        read_.file_column = c;
        form_ = form;
      }
    }
    const int64_t tried = (t.rows + step - 1) / step;  // numbers may be names by chance
    if (2 * best < std::min(tried, static_cast<int64_t>(items_.size()))) read_.file_column = -1;
    if (read_.file_column >= 0) known_ = keys(form_);
  }

  size_t item_of(std::string_view cell) const {
    const auto at = known_.find(key_of(path_of(cell), form_));
    return at == known_.end() ? std::string::npos : at->second;
  }

  // A header that names a file is none; a first row that alone names no file is one.
  void check_header() {
    CsvTable& t = read_.table;
    const int64_t c = read_.file_column;
    if (!t.columns.empty() && item_of(t.columns[static_cast<size_t>(c)]) != std::string::npos) {
      t = read_csv(bytes_, options_.name, CsvHeader::no);
    } else if (t.columns.empty() && t.rows > 1 && item_of(t.cell(0, c)) == std::string::npos &&
               item_of(t.cell(1, c)) != std::string::npos) {
      t = read_csv(bytes_, options_.name, CsvHeader::yes);
    }
  }

  void find_rows() {
    CsvTable& t = read_.table;
    read_.rows_of.resize(items_.size());
    std::unordered_set<std::string> others;
    for (const std::string& other : options_.others) others.insert(key_below_root(other, form_));
    int64_t kept = 0;
    for (int64_t r = 0; r < t.rows; ++r) {
      const std::string_view cell = t.cell(r, read_.file_column);
      const size_t item = item_of(cell);
      if (item == std::string::npos) {
        if (others.contains(key_of(path_of(cell), form_))) continue;
        if (read_.missing++ == 0) read_.first_missing = cell;
        continue;
      }
      std::copy_n(t.cells.begin() + r * t.width, t.width, t.cells.begin() + kept * t.width);
      t.lines[static_cast<size_t>(kept)] = t.lines[static_cast<size_t>(r)];
      read_.rows_of[item].push_back(kept++);
    }
    t.rows = kept;
    t.cells.resize(static_cast<size_t>(kept * t.width));
  }

  const SampleItems& items_;
  ByteSpan bytes_;
  const FileTableOptions& options_;
  const bool json_;
  const std::string common_;  // the folder that holds all items
  KeyForm form_ = KeyForm::path;
  std::unordered_map<std::string, size_t> known_;
  FileTable read_;
};

}  // namespace

std::string FileTable::name_of(int64_t column) const {
  const auto c = static_cast<size_t>(column);
  return table.columns.empty() || table.columns[c].empty() ? "column " + std::to_string(column + 1)
                                                           : table.columns[c].substr(0, 60);
}

std::string FileTable::lower_name(int64_t column) const {
  return table.columns.empty() ? "" : lower_case(table.columns[static_cast<size_t>(column)]);
}

std::optional<FileTable> read_file_table(const SampleItems& items, ByteSpan bytes,
                                         const FileTableOptions& options) {
  return Reading(items, bytes, options).read();
}

// CelebA's and Flickr8k's lists lie in folders of their own: Anno/, Eval/, Flickr8k_text/.
static std::optional<size_t> find_list_anywhere(const std::vector<std::string>& names,
                                                std::span<const char* const> files) {
  std::optional<size_t> found;
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string name = lower_case(names[i].substr(folder_of(names[i]).size()));
    const bool elsewhere = name.starts_with("list_") || name.find(".token") != std::string::npos;
    if (!elsewhere || std::ranges::find(files, name) == files.end()) continue;
    if (found) return {};  // of two sets
    found = i;
  }
  return found;
}

std::optional<size_t> find_table(const std::vector<std::string>& names, const SampleItems& items,
                                 std::span<const char* const> files) {
  const std::string folder = common_folder(items);
  for (size_t at = 0;; at = folder.find('/', at) + 1) {
    const std::string here = folder.substr(0, at);
    for (const char* file : files)
      for (size_t i = 0; i < names.size(); ++i)
        if (names[i].size() == here.size() + std::string_view(file).size() &&
            names[i].starts_with(here) && lower_case(names[i].substr(here.size())) == file)
          return i;
    if (at == folder.size()) break;
  }
  return find_list_anywhere(names, files);
}

}  // namespace gannet
