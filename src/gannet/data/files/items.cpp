#include "gannet/data/files/items.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <set>

#include "gannet/base/file_names.h"

namespace gannet {

std::string folder_of(const std::string& name) { return name.substr(0, name.rfind('/') + 1); }

std::string first_folder(const std::string& name) {
  const size_t end = name.find('/');
  return end == std::string::npos ? "" : name.substr(0, end);
}

std::string without_extension(const std::string& name) {
  const size_t dot = name.find_last_of("./");
  return dot == std::string::npos || name[dot] == '/' ? name : name.substr(0, dot);
}

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string common_folder(const SampleItems& items) {
  std::string common = items.empty() ? "" : folder_of(items[0].name);
  for (const SampleItem& item : items)
    while (!item.name.starts_with(common)) common = folder_of(common.substr(0, common.size() - 1));
  return common;
}

std::vector<std::string> sub_folders(const SampleItems& items, const std::string& root) {
  std::set<std::string, NaturalLess> found;
  for (const SampleItem& item : items) found.insert(first_folder(item.name.substr(root.size())));
  return {found.begin(), found.end()};
}

SampleItems items_below(const SampleItems& items, const std::string& root) {
  SampleItems found;
  std::ranges::copy_if(items, std::back_inserter(found),
                       [&](const SampleItem& item) { return item.name.starts_with(root); });
  return found;
}

void leave_out(LeftOutList& list, const LeftOut& kind, const std::string& name) {
  auto found = std::ranges::find(list, kind.what, &LeftOut::what);
  if (found == list.end()) {
    found = list.insert(list.end(), kind);
    found->files = 0;
    found->first = name;
  }
  ++found->files;
}

std::string count_text(const LeftOut& kind) {
  const bool single = kind.files == 1 && !kind.one.empty();
  return std::to_string(kind.files) + " " + (single ? kind.one : kind.what);
}

std::string left_out_text(const LeftOutList& list, bool could_be_data) {
  constexpr int64_t kMostNamed = 12;
  std::string text;
  int64_t kinds = 0;
  for (const LeftOut& kind : list) {
    if (kind.could_be_data != could_be_data || ++kinds > kMostNamed) continue;
    text += (text.empty() ? "" : ", ") + count_text(kind);
    if (!kind.advice.empty()) text += " (" + kind.advice + ")";
  }
  if (kinds > kMostNamed)
    text += " and files of " + std::to_string(kinds - kMostNamed) + " other kinds";
  return text;
}

void sort_by_file(std::vector<FileProblem>& problems) {
  std::ranges::stable_sort(problems, NaturalLess(), &FileProblem::file);
}

}  // namespace gannet
