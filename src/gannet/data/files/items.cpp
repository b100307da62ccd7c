#include "gannet/data/files/items.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <set>

namespace gannet {

std::string folder_of(const std::string& name) { return name.substr(0, name.rfind('/') + 1); }

std::string first_folder(const std::string& name) {
  const size_t end = name.find('/');
  return end == std::string::npos ? "" : name.substr(0, end);
}

std::string without_extension(const std::string& name) { return name.substr(0, name.rfind('.')); }

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
  std::set<std::string> found;
  for (const SampleItem& item : items) found.insert(first_folder(item.name.substr(root.size())));
  return {found.begin(), found.end()};
}

SampleItems items_below(const SampleItems& items, const std::string& root) {
  SampleItems found;
  std::ranges::copy_if(items, std::back_inserter(found),
                       [&](const SampleItem& item) { return item.name.starts_with(root); });
  return found;
}

}  // namespace gannet
