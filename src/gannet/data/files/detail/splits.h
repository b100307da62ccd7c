// Training, validation and test part of a folder or zip by the usual names of folders. Parts by a
// table are in split_table.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gannet/data/files/detail/folder_roles.h"
#include "gannet/data/files/items.h"
#include "gannet/data/kind.h"
#include "gannet/data/source_options.h"

namespace gannet {

struct Split {
  SampleItems items;
  std::string root;  // the part's folder, with its '/'; "" where all items are one part
  std::optional<Decision> decision;  // none: there are no folders of parts, all are of one
  LeftOutList left_out;              // the other parts
  std::vector<std::string> others;   // names of their samples
};

bool is_split_name(const std::string& folder);  // "train", "Testing", "val2017", ...

// `split`: train, val or test (where there is no test part: val). The parts are folders train/,
// test/, ... (folder_roles.h), also of each class or side of pairs: cats/train/, A/test/. Throws
// UsageError naming `source` where there are such folders, and none of this part.
Split choose_split(SampleItems items, DataKind kind, const std::string& split,
                   const std::string& source);

// Throws UsageError for a `split` other than train: nothing says which samples are of it.
void refuse_without_parts(DataKind kind, const std::string& split, const std::string& source);

Part part_named(const std::string& split);  // throws UsageError for a name that is none
const char* option_of(Part part);           // "train", "val", "test", or ""

}  // namespace gannet
