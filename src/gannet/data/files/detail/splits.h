// Training, validation and test part of a folder or zip, by the usual names of folders.
#pragma once

#include <optional>
#include <string>

#include "gannet/data/files/items.h"
#include "gannet/data/kind.h"
#include "gannet/data/source_options.h"

namespace gannet {

struct Split {
  SampleItems items;
  std::string root;  // the part's folder, with its '/'; "" where all items are one part
  std::optional<Decision> decision;
  LeftOutList left_out;  // the other parts
};

bool is_split_name(const std::string& folder);  // "train", "Testing", "val2017", ...

// `split`: train, val or test (where there is no test part: val). The parts are folders train/,
// test/, ... (folder_roles.h), also of each class or side of pairs: cats/train/, A/test/. Throws
// UsageError naming `source` where there is no such part.
Split choose_split(SampleItems items, DataKind kind, const std::string& split,
                   const std::string& source);

}  // namespace gannet
