#include <algorithm>
#include <map>
#include <set>

#include "gannet/base/error.h"
#include "gannet/data/files/detail/split_lists.h"

namespace gannet {
namespace {

struct List {
  size_t index = 0;
  Part part = Part::none;
};

std::string own_name(const std::string& path) { return path.substr(folder_of(path).size()); }

bool is_list_name(const std::string& name) {
  const std::string lower = lower_case(name);
  return lower.ends_with(".txt") || lower.ends_with(".lst") || lower.ends_with(".list");
}

// trainval.txt, where the two have lists of their own (Pascal VOC).
void drop_trainval(const std::vector<std::string>& names, std::vector<List>& lists) {
  const auto both = [&](const List& list) {
    std::string name = lower_case(own_name(names[list.index]));
    std::erase_if(name, [](char c) { return c == '_' || c == '-'; });
    return name.find("trainval") != std::string::npos;
  };
  if (std::ranges::any_of(lists, [&](const List& l) { return l.part == Part::train && !both(l); }))
    std::erase_if(lists, both);
}

// Lists of one folder whose names differ in the part alone, of two parts or more; by what else is
// in their names.
std::vector<List> find_lists(const std::vector<std::string>& names) {
  std::map<std::pair<std::string, std::string>, std::vector<List>> groups;
  for (size_t i = 0; i < names.size(); ++i) {
    if (!is_list_name(names[i])) continue;
    const FolderRole role = role_of(without_extension(own_name(names[i])));
    if (role.part == Part::none || role.part == Part::extra) continue;
    groups[{folder_of(names[i]), role.rest}].push_back({i, role.part});
  }
  for (auto& [where, lists] : groups) {
    std::set<Part> parts;
    for (const List& list : lists) parts.insert(list.part);
    drop_trainval(names, lists);
    std::ranges::stable_sort(lists, {}, &List::part);
    if (parts.size() > 1 && parts.contains(Part::train)) return lists;
  }
  return {};
}

class Lists {
 public:
  Lists(const std::vector<std::string>& names, const SampleItems& items,
        const std::vector<std::string>& others, const std::function<Bytes(size_t)>& read)
      : names_(names), items_(items), others_(others), read_(read) {}

  // What a list of training and of validation names is of training.
  std::optional<TableParts> by_files(std::vector<std::string>& used) const {
    TableParts found;
    const std::vector<List> lists = find_lists(names_);
    bool labels = !lists.empty();
    for (const List& list : lists) {
      const std::optional<FileTable> table = table_of(list.index);
      if (!table) return {};
      for (size_t i = 0; i < items_.size(); ++i)
        if (!table->rows_of[i].empty()) found.of.emplace(items_[i].name, list.part);
      found.missing += table->missing;
      labels = labels && table->table.width == 2;
      found.by += (found.by.empty() ? "" : " and ") + own_name(names_[list.index]);
      used.push_back(names_[list.index]);
    }
    if (found.of.empty()) return {};
    if (labels) found.labels = joined(lists, found.by);
    return found;
  }

  // CUB-200: images.txt has a number for each file, train_test_split.txt a 1 for those of training.
  std::optional<TableParts> by_numbers(std::vector<std::string>& used) const {
    const auto lists = std::ranges::find_if(
        names_, [](const auto& name) { return own_name(name) == "train_test_split.txt"; });
    if (lists == names_.end()) return {};
    const auto images = std::ranges::find(names_, folder_of(*lists) + "images.txt");
    if (images == names_.end()) return {};
    const std::optional<FileTable> files = table_of(static_cast<size_t>(images - names_.begin()));
    if (!files || files->table.width != 2 || files->file_column != 1) return {};
    const CsvTable flags =
        read_csv(read_(static_cast<size_t>(lists - names_.begin())), *lists, CsvHeader::no);
    if (flags.width != 2) return {};
    std::map<std::string_view, Part> part_of;
    for (int64_t r = 0; r < flags.rows; ++r)
      part_of[flags.cell(r, 0)] = flags.cell(r, 1) == "1" ? Part::train : Part::test;
    TableParts found{.of = {}, .by = own_name(*lists), .missing = files->missing};
    for (size_t i = 0; i < items_.size(); ++i)
      for (const int64_t row : files->rows_of[i])
        if (const auto at = part_of.find(files->table.cell(row, 0)); at != part_of.end())
          found.of.emplace(items_[i].name, at->second);
    used = {*lists, *images};
    return found;
  }

 private:
  // The lists as one table: "images/1.jpg 3", a class beside each file.
  std::optional<FileTable> joined(const std::vector<List>& lists, const std::string& name) const {
    Bytes all;
    for (const List& list : lists) {
      const Bytes bytes = read_(list.index);
      all.insert(all.end(), bytes.begin(), bytes.end());
      if (!bytes.empty() && bytes.back() != std::byte{'\n'}) all.push_back(std::byte{'\n'});
    }
    return read_file_table(
        items_, all, {.name = name, .root = folder_of(names_[lists[0].index]), .others = others_});
  }

  std::optional<FileTable> table_of(size_t index) const {
    const std::string& name = names_[index];
    return read_file_table(items_, read_(index),
                           {.name = name, .root = folder_of(name), .others = others_});
  }

  const std::vector<std::string>& names_;
  const SampleItems& items_;
  const std::vector<std::string>& others_;
  const std::function<Bytes(size_t)>& read_;
};

}  // namespace

std::optional<TableParts> parts_by_lists(const std::vector<std::string>& names,
                                         const SampleItems& items,
                                         const std::vector<std::string>& others,
                                         const std::function<Bytes(size_t)>& read,
                                         std::vector<std::string>& used) {
  const Lists lists(names, items, others, read);
  try {
    if (std::optional<TableParts> parts = lists.by_numbers(used)) return parts;
    used.clear();
    return lists.by_files(used);
  } catch (const Error&) {  // nobody named them: texts that are something else
    return {};
  }
}

}  // namespace gannet
