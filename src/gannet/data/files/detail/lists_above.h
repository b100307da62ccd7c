// Lists of labels, captions and parts that lie beside the folder that was named, and are not read.
#pragma once

#include <optional>

#include "gannet/data/files/items.h"
#include "gannet/data/source_options.h"

namespace gannet {

// What to say of a list that names most items, in the folder around `folder`: COCO's
// annotations/captions_val2017.json, CUB's train_test_split.txt, labels.csv, ... None where there
// is none.
std::optional<Decision> lists_above(const Path& folder, const SampleItems& items);

}  // namespace gannet
