#include <sys/stat.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <set>
#include <system_error>

#include "gannet/base/error.h"
#include "gannet/base/file_names.h"
#include "gannet/data/files/detail/hidden_names.h"
#include "gannet/data/files/file_tree.h"
#include "gannet/formats/file_type.h"

namespace gannet {
namespace {

namespace fs = std::filesystem;

using Identity = std::pair<dev_t, ino_t>;

std::optional<Identity> identity_of(const Path& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return {};
  return Identity{status.st_dev, status.st_ino};
}

// Does `path` lie in `folder`, or is it that? Both canonical.
bool is_within(const Path& path, const Path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first ==
         folder.end();
}

std::string join(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

class Folder : public FileTree {
 public:
  explicit Folder(const Path& path) : FileTree(path.string()), folder_(find_path(path)) {
    folders_.push_back("");
    // Folders first, links to folders after them: what is reached both ways has its own name.
    while (!folders_.empty() || !links_.empty()) {
      if (folders_.empty()) follow_link();
      while (!folders_.empty()) {
        const std::string folder = std::move(folders_.front());
        folders_.pop_front();
        list(folder);
      }
    }
    stored_ = set_names(std::move(stored_));
  }

  Bytes read(size_t index, uint64_t limit) const override {
    return read_file(path_of(stored_[index]), limit);
  }

  Bytes start(size_t index, size_t most) const override {
    std::ifstream file(path_of(stored_[index]), std::ios::binary);
    Bytes bytes(most);
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(most));
    bytes.resize(static_cast<size_t>(std::max<std::streamsize>(0, file.gcount())));
    return bytes;
  }

 private:
  Path path_of(const std::string& name) const { return folder_ / name; }

  void list(const std::string& folder) {
    if (const auto identity = identity_of(path_of(folder));
        identity && !visited_.insert(*identity).second)
      return;
    std::error_code error;
    std::vector<fs::directory_entry> entries;
    for (fs::directory_iterator at(path_of(folder), error), end; !error && at != end;
         at.increment(error))
      entries.push_back(*at);
    if (error && folder.empty())
      throw Error("cannot list the folder (" + error.message() + ")", root());
    if (error) add_problem(folder, "the folder cannot be listed (" + error.message() + ")");
    std::ranges::sort(entries, NaturalLess(),
                      [](const fs::directory_entry& e) { return e.path().filename().string(); });
    for (const fs::directory_entry& entry : entries) take(folder, entry);
  }

  void take(const std::string& folder, const fs::directory_entry& entry) {
    std::error_code ignored;
    const std::string own = entry.path().filename().string(), name = join(folder, own);
    if (is_hidden_name(own))
      pass_over(name, kHidden);
    else if (entry.is_directory(ignored))
      (entry.is_symlink(ignored) ? links_ : folders_).push_back(name);
    else if (entry.is_regular_file(ignored))
      stored_.push_back(name);
    else if (!entry.is_symlink(ignored))
      pass_over(name, "devices, pipes and sockets");
    else if (const MediaKind kind = file_type_of_name(own).kind;
             kind == MediaKind::image || kind == MediaKind::audio)
      add_problem(name, "is a link to a file that is not there");
    else
      pass_over(name, "links that lead nowhere");
  }

  void follow_link() {
    const std::string link = std::move(links_.front());
    links_.pop_front();
    std::error_code failed;
    const Path target = fs::canonical(path_of(link), failed),
               around = fs::canonical(path_of(link).parent_path(), failed);
    const auto identity = identity_of(path_of(link));
    if (failed || !identity || is_within(around, target))
      pass_over(link, "links to folders around them");
    else if (visited_.contains(*identity))
      pass_over(link, "links to folders that are read already");
    else
      folders_.push_back(link);
  }

  Path folder_;                              // as it is on disk
  std::vector<std::string> stored_;          // paths below the root, by names()
  std::deque<std::string> folders_, links_;  // to be listed
  std::set<Identity> visited_;
};

}  // namespace

std::unique_ptr<FileTree> open_folder(const Path& path) { return std::make_unique<Folder>(path); }

}  // namespace gannet
