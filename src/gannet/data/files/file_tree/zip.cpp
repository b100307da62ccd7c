#include "gannet/formats/zip.h"

#include <map>

#include "gannet/data/files/detail/hidden_names.h"
#include "gannet/data/files/file_tree.h"

namespace gannet {
namespace {

// Without "./" and doubled slashes, which some programs write.
std::string plain_path(const std::string& name) {
  std::string path = name.starts_with('/') ? "/" : "";
  for (size_t at = 0; at < name.size();) {
    const size_t end = std::min(name.find('/', at), name.size());
    const std::string part = name.substr(at, end - at);
    if (!part.empty() && part != ".") path += (path.empty() || path == "/" ? "" : "/") + part;
    at = end + 1;
  }
  return path;
}

// Would the file be written outside of the folder if the zip were unpacked? Nothing is unpacked
// here, but such a name is an attack or an error.
bool leads_out(const std::string& path) {
  return path.empty() || path[0] == '/' || path == ".." || path.starts_with("../") ||
         path.ends_with("/..") || path.find("/../") != std::string::npos;
}

class Zip : public FileTree {
 public:
  explicit Zip(const Path& path) : FileTree(path.string()), bytes_(read_file(path)) {
    std::map<std::string, ZipMember> found;
    for (ZipMember& member : read_zip(bytes_, path.string())) {
      if (member.name.ends_with('/')) continue;
      const std::string name = plain_path(member.name);
      if (leads_out(name)) {
        add_unsafe(member.name);
      } else if (has_hidden_part(name)) {
        pass_over(name, kHidden);
      } else if (const auto [at, fresh] = found.insert_or_assign(name, std::move(member)); !fresh) {
        pass_over(name, "earlier members of a name that the zip has twice");
      }
    }
    std::vector<std::string> names;
    for (const auto& [name, member] : found) names.push_back(name);
    for (const std::string& name : set_names(std::move(names)))
      members_.push_back(std::move(found.at(name)));
  }

  Bytes read(size_t index, uint64_t limit) const override {
    return unpack(members_.at(index), root(), limit);
  }

  Bytes start(size_t index, size_t most) const override {
    return unpack_start(members_.at(index), most);
  }

 private:
  Bytes bytes_;
  std::vector<ZipMember> members_;  // by names()
};

}  // namespace

std::unique_ptr<FileTree> open_zip(const Path& path) { return std::make_unique<Zip>(path); }

}  // namespace gannet
