// One sample of a folder or zip before it is decoded: its files, and its label.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "gannet/formats/dataset_json.h"

namespace gannet {

struct FileRef {
  size_t tree = 0, index = 0;  // Collection::trees[tree]->names()[index]

  bool operator==(const FileRef&) const = default;
};

struct SampleItem {
  std::string name;              // of the file, or a video's folder, as messages name it
  FileRef file;                  // of a pair, the target; of a video, the first frame
  std::optional<FileRef> input;  // of a pair in two files, the input
  SampleLabel label = {};
  std::vector<FileRef> frames = {};  // of a video, in the order of their names
};
using SampleItems = std::vector<SampleItem>;

// How input and target of image pairs are stored. edges: the input is computed from the target.
enum class PairLayout { single, side_by_side, folders, edges };

struct FileProblem {
  std::string file, what;

  bool operator==(const FileProblem&) const = default;
};

// Names of files and folders, parted by '/'.
std::string folder_of(const std::string& name);          // "a/b/" of "a/b/c.png", "" of "c.png"
std::string first_folder(const std::string& name);       // "a" of "a/b.png", "" of "b.png"
std::string without_extension(const std::string& name);  // "a/b" of "a/b.png"
std::string lower_case(std::string text);                // ASCII

std::string common_folder(const SampleItems& items);  // the deepest that holds all, with its '/'
// The names of the folders of `root` that hold samples, sorted; with "" where samples lie in `root`
// itself.
std::vector<std::string> sub_folders(const SampleItems& items, const std::string& root);
SampleItems items_below(const SampleItems& items, const std::string& root);

}  // namespace gannet
