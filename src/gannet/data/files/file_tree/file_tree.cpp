#include "gannet/data/files/file_tree.h"

#include <algorithm>
#include <cctype>

#include "gannet/base/file_names.h"
#include "gannet/data/files/detail/hidden_names.h"

namespace gannet {

bool is_hidden_name(std::string_view part) {
  constexpr std::string_view kSystem[] = {
      "__MACOSX",     "__pycache__", "@eaDir",
      "$RECYCLE.BIN", "Thumbs.db",   "desktop.ini",
      "ehthumbs.db",  "lost+found",  "System Volume Information",
      "Icon\r"};
  return part.starts_with('.') || std::ranges::find(kSystem, part) != std::end(kSystem);
}

bool has_hidden_part(std::string_view path) {
  for (size_t at = 0; at <= path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    if (is_hidden_name(path.substr(at, end - at))) return true;
    at = end + 1;
  }
  return false;
}

std::vector<std::string> FileTree::set_names(std::vector<std::string> stored) {
  std::vector<std::pair<std::string, std::string>> both;  // shown, stored
  both.reserve(stored.size());
  for (std::string& name : stored) {
    std::string shown = display_name(name);
    both.emplace_back(std::move(shown), std::move(name));
  }
  std::ranges::sort(both, [](const auto& a, const auto& b) {
    return a.first == b.first ? a.second < b.second : natural_less(a.first, b.first);
  });
  stored.clear();
  for (auto& [shown, name] : both) {
    names_.push_back(std::move(shown));
    stored.push_back(std::move(name));
  }
  return stored;
}

void FileTree::add_problem(std::string name, std::string what) {
  problems_.push_back({display_name(name), std::move(what)});
}

void FileTree::pass_over(std::string name, std::string what) {
  passed_over_.push_back({display_name(name), std::move(what)});
}

bool is_zip_name(const Path& path) {
  std::string end = path.extension().string();
  std::ranges::transform(end, end.begin(), [](unsigned char c) { return std::tolower(c); });
  return end == ".zip";
}

std::unique_ptr<FileTree> open_tree(const Path& path) {
  return is_zip_name(path) ? open_zip(path) : open_folder(path);
}

}  // namespace gannet
