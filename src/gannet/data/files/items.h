// One sample of a folder or zip before it is decoded: its files, and its label.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gannet/data/files/file_tree.h"
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

// Files of one kind that are no samples.
struct LeftOut {
  std::string what;  // "GIF images", "images of test/", ...
  int64_t files = 0;
  std::string advice = "";     // how to use them
  std::string one = "";        // `what` of one file, where that differs: "GIF image"
  std::string first = "";      // the name of one
  bool could_be_data = false;  // images, audio clips, videos, archives: said as a warning
  bool named = false;          // in a decision already, on the split or the kind of data

  bool operator==(const LeftOut&) const = default;
};
using LeftOutList = std::vector<LeftOut>;

// One more of a kind.
void leave_out(LeftOutList& list, const LeftOut& kind, const std::string& name);

std::string count_text(const LeftOut& kind);  // "3 GIF images"

// "3 GIF images (ADVICE), 2 texts": those of the list that could be data, or the others.
std::string left_out_text(const LeftOutList& list, bool could_be_data);

// By name, in natural order.
void sort_by_file(std::vector<FileProblem>& problems);

// Names of files and folders, parted by '/'.
std::string folder_of(const std::string& name);          // "a/b/" of "a/b/c.png", "" of "c.png"
std::string first_folder(const std::string& name);       // "a" of "a/b.png", "" of "b.png"
std::string without_extension(const std::string& name);  // "a/b" of "a/b.png"
std::string lower_case(std::string text);                // ASCII

std::string common_folder(const SampleItems& items);  // the deepest that holds all, with its '/'
// The names of the folders of `root` that hold samples, in natural order; with "" where samples lie
// in `root` itself.
std::vector<std::string> sub_folders(const SampleItems& items, const std::string& root);
SampleItems items_below(const SampleItems& items, const std::string& root);

}  // namespace gannet
