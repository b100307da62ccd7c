// Labels in a CSV file: one column names the files, the others say what is in them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/data/files/detail/labels.h"

namespace gannet {

// The index of a labels file among sorted names: labels.csv or one of its usual names, in the
// folder that holds all items or in one around it.
std::optional<size_t> find_label_table(const std::vector<std::string>& names,
                                       const SampleItems& items);

struct LabelTableOptions {
  std::string name;      // of the file, as messages name it
  std::string root;      // the folder it lies in, with its '/', where that is in the items' names
  bool asked = false;    // it was named by the user: one that names no files is an error
  std::string decision;  // FileOptions::labels
};

// Labels by the column whose cells are paths or names of most items, with or without their endings.
// A column of captions gives captions, in several rows of a file several; words alone, or a column
// named label or class, give classes; other columns attributes: numbers, yes or no, and one-hot
// words. Where a column split or partition has parts of the set, only the training part is used.
// Rows of files that are not there are counted; an item without a row is a problem. None
// where the table names no items, unless it was asked for: then throws Error.
std::optional<Labels> label_by_table(SampleItems& items, ByteSpan bytes,
                                     const LabelTableOptions& options);

// Captions in NAME.txt beside NAME.png, a line each, read by `read`; adds the files' names to
// `used`. Items that have captions keep theirs.
void add_caption_files(SampleItems& items, const std::vector<std::string>& names,
                       const std::function<Bytes(size_t)>& read, std::vector<std::string>& used,
                       std::vector<Decision>& decisions);

}  // namespace gannet
