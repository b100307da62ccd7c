#include "gannet/data/files/file_tree.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <system_error>

#include "gannet/base/error.h"
#include "gannet/formats/zip.h"

namespace gannet {
namespace {

bool is_hidden(const std::string& part) { return part.starts_with('.') || part == "__MACOSX"; }

bool has_part(const std::string& name, bool (*test)(const std::string&)) {
  for (size_t at = 0; at <= name.size();) {
    const size_t end = std::min(name.find('/', at), name.size());
    if (test(name.substr(at, end - at))) return true;
    at = end + 1;
  }
  return false;
}

// Would the file be written outside of the folder if the zip were unpacked? Nothing is unpacked
// here, but such a name is an attack or an error.
bool leads_out(const std::string& name) {
  const auto bad = [](const std::string& part) { return part.empty() || part == ".."; };
  return has_part(name, bad) || name.find_first_of(std::string("\\\0", 2)) != std::string::npos;
}

class Folder : public FileTree {
 public:
  explicit Folder(const Path& path) : FileTree(path.string()) {
    std::vector<std::string> names;
    std::error_code error;
    std::filesystem::recursive_directory_iterator at(path, error), end;
    while (!error && at != end) {
      const std::string name = at->path().filename().string();
      std::error_code ignored;
      if (is_hidden(name)) {
        if (at->is_directory(ignored)) at.disable_recursion_pending();
      } else if (at->is_regular_file(ignored)) {
        names.push_back(at->path().lexically_relative(path).generic_string());
      }
      at.increment(error);
    }
    if (error) throw Error("cannot list the folder (" + error.message() + ")", path.string());
    set_names(std::move(names));
  }

  Bytes read(size_t index, uint64_t limit) const override { return read_file(where(index), limit); }
};

class Zip : public FileTree {
 public:
  explicit Zip(const Path& path) : FileTree(path.string()), bytes_(read_file(path)) {
    std::vector<std::string> names;
    for (ZipMember& member : read_zip(bytes_, path.string())) {
      if (member.name.ends_with('/')) continue;
      if (leads_out(member.name)) add_unsafe(member.name);
      if (leads_out(member.name) || has_part(member.name, is_hidden)) continue;
      names.push_back(member.name);
      members_.emplace(member.name, std::move(member));
    }
    set_names(std::move(names));
  }

  Bytes read(size_t index, uint64_t limit) const override {
    return unpack(members_.at(names()[index]), root(), limit);
  }

 private:
  Bytes bytes_;
  std::map<std::string, ZipMember> members_;
};

}  // namespace

void FileTree::set_names(std::vector<std::string> names) {
  names_ = std::move(names);
  std::ranges::sort(names_);
}

std::unique_ptr<FileTree> open_folder(const Path& path) { return std::make_unique<Folder>(path); }

std::unique_ptr<FileTree> open_zip(const Path& path) { return std::make_unique<Zip>(path); }

bool is_zip_name(const Path& path) {
  std::string end = path.extension().string();
  std::ranges::transform(end, end.begin(), [](unsigned char c) { return std::tolower(c); });
  return end == ".zip";
}

std::unique_ptr<FileTree> open_tree(const Path& path) {
  return is_zip_name(path) ? open_zip(path) : open_folder(path);
}

}  // namespace gannet
