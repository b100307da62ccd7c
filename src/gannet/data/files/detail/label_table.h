// A table of labels: a CSV or JSON file one column of which names the files, the others say what is
// in them. Labels of dataset.json and of sub-folders are in labels.h, captions of text files in
// caption_files.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gannet/data/files/detail/file_table.h"
#include "gannet/data/files/detail/labels.h"

namespace gannet {

// The index of a labels file among sorted names: labels.csv or one of its usual names, in the
// folder that holds all items or in one around it.
std::optional<size_t> find_label_table(const std::vector<std::string>& names,
                                       const SampleItems& items);

// A column of captions gives captions, in several rows of a file several; words alone, or a column
// named label or class, give classes; other columns attributes: numbers, yes or no, and one-hot
// words. A column of parts (split_table.h) is none of these. Rows of files that are not there are
// counted; an item without a row is a problem. `decision`: FileOptions::labels.
Labels label_by_table(SampleItems& items, const FileTable& table, const std::string& decision);

}  // namespace gannet
