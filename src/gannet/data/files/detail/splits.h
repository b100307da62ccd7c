// Training and test split of a folder or zip: its sub-folders train/ and test/ (or val/).
#pragma once

#include <optional>
#include <string>

#include "gannet/data/files/items.h"
#include "gannet/data/kind.h"
#include "gannet/data/source_options.h"

namespace gannet {

struct Split {
  SampleItems items;
  std::string root;  // the split's folder, with its '/'; "" where all items are one split
  std::optional<Decision> decision;
};

bool is_split_name(const std::string& folder);  // in any case

// `split`: train or test. Throws UsageError naming `source` where there is no such split.
Split choose_split(SampleItems items, DataKind kind, const std::string& split,
                   const std::string& source);

}  // namespace gannet
