// The files of one folder or zip, by their names alone.
#pragma once

#include <string>
#include <vector>

#include "gannet/data/files/items.h"
#include "gannet/data/kind.h"
#include "gannet/data/source_options.h"

namespace gannet {

struct Scan {
  SampleItems images, audio;             // one item a file, in the order of the names
  std::vector<std::string> other_files;  // neither of these, nor dataset.json
  std::vector<std::string> unsafe_names;
};

// `names`: sorted. `unsafe_names`: of FileTree. `tree`: index in Collection::trees.
Scan scan(const std::vector<std::string>& names, const std::vector<std::string>& unsafe_names = {},
          size_t tree = 0);

// Images where there are any (with --frames: video), else audio.
DataKind detect_kind(const Scan& scan, const SourceOptions& options);

// Throws UsageError for options of another kind of data.
void check_options(DataKind kind, const SourceOptions& options, const std::string& source);

// The samples of one kind. A folder of images is one video, named by the folder.
struct KindItems {
  SampleItems items;                     // sorted by name
  std::vector<std::string> other_files;  // of another kind or of none, sorted
  std::vector<FileProblem> problems;     // unsafe names of this kind
};
KindItems items_of_kind(Scan scan, DataKind kind);

}  // namespace gannet
