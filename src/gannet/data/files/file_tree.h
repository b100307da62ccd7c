// The files of a folder or a zip, by name.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gannet/base/files.h"

namespace gannet {

struct FileProblem {
  std::string file, what;

  bool operator==(const FileProblem&) const = default;
};

class FileTree {
 public:
  virtual ~FileTree() = default;

  // Paths below the root, folders separated by '/', in natural order, as display_name() gives them:
  // valid UTF-8 in normal form C. Hidden files, and what systems put beside the user's (__MACOSX,
  // @eaDir), are left out.
  const std::vector<std::string>& names() const { return names_; }

  // Of a zip: names that lead out of it, as "../x"; they are not in names().
  const std::vector<std::string>& unsafe_names() const { return unsafe_names_; }

  // What is in the way of a reader: folders that cannot be listed, links to images that lead
  // nowhere.
  const std::vector<FileProblem>& problems() const { return problems_; }

  // Names that are in no other list, each with the kind of thing it is ("hidden files and
  // folders").
  const std::vector<FileProblem>& passed_over() const { return passed_over_; }

  // Thread-safe. Throws Error for what cannot be read or is larger than `limit`.
  virtual Bytes read(size_t index, uint64_t limit) const = 0;

  // Thread-safe: the first bytes, at most so many; none where they cannot be read.
  virtual Bytes start(size_t index, size_t most) const = 0;

  const std::string& root() const { return root_; }  // the folder or zip, as it was named

 protected:
  explicit FileTree(std::string root) : root_(std::move(root)) {}

  // Sorts them by what is shown; returns what is stored of each, in that order.
  std::vector<std::string> set_names(std::vector<std::string> stored);

  void add_unsafe(std::string name) { unsafe_names_.push_back(std::move(name)); }
  void add_problem(std::string name, std::string what);
  void pass_over(std::string name, std::string what);

 private:
  std::string root_;
  std::vector<std::string> names_, unsafe_names_;
  std::vector<FileProblem> problems_, passed_over_;
};

// Symbolic links are followed, each folder once: not where it is found again by another link, nor
// where a link leads back to a folder around it.
std::unique_ptr<FileTree> open_folder(const Path& path);

// Keeps the whole zip in memory, up to 8 GB. A member that cannot be unpacked is a bad file when it
// is read; of several members of one name the last counts, as when they are unpacked.
std::unique_ptr<FileTree> open_zip(const Path& path);

bool is_zip_name(const Path& path);                     // .zip, in any case
std::unique_ptr<FileTree> open_tree(const Path& path);  // either

}  // namespace gannet
