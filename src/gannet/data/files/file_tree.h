// The files of a folder or a zip, by name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gannet/base/files.h"

namespace gannet {

class FileTree {
 public:
  virtual ~FileTree() = default;

  // Paths below the root, folders separated by '/', sorted bytewise. Hidden files, and what macOS
  // puts into zips (__MACOSX), are left out.
  const std::vector<std::string>& names() const { return names_; }

  // Of a zip: names that lead out of it, as "../x"; they are not in names().
  const std::vector<std::string>& unsafe_names() const { return unsafe_names_; }

  // Thread-safe. Throws Error for what cannot be read or is larger than `limit`.
  virtual Bytes read(size_t index, uint64_t limit) const = 0;

  const std::string& root() const { return root_; }  // the folder or zip, as it was named

 protected:
  explicit FileTree(std::string root) : root_(std::move(root)) {}
  void set_names(std::vector<std::string> names);  // sorts them
  void add_unsafe(std::string name) { unsafe_names_.push_back(std::move(name)); }
  std::string where(size_t index) const { return root_ + "/" + names_[index]; }

 private:
  std::string root_;
  std::vector<std::string> names_, unsafe_names_;
};

// Symbolic links to files are followed, those to folders are not (but `path` itself may be one).
std::unique_ptr<FileTree> open_folder(const Path& path);

// Keeps the whole zip in memory, up to 8 GB.
std::unique_ptr<FileTree> open_zip(const Path& path);

bool is_zip_name(const Path& path);                     // .zip, in any case
std::unique_ptr<FileTree> open_tree(const Path& path);  // either

}  // namespace gannet
