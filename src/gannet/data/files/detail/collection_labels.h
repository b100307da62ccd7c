// The step of collect() that labels: finds and reads the files that hold labels, captions and parts
// of a folder or zip. What they mean is in labels.h, label_table.h, caption_files.h, split_table.h.
#pragma once

#include <optional>
#include <string>

#include "gannet/data/files/collection.h"
#include "gannet/data/files/detail/labels.h"
#include "gannet/data/files/detail/splits.h"

namespace gannet {

// The dataset.json of the items. Throws Error for one that is invalid.
std::optional<DatasetJson> read_json(const FileTree& tree, const SampleItems& items);

// Labels the collection's items, by options.files.labels, and leaves those of options.split where
// folders have not parted them (`split`) and a table does. Throws Error for labels that are
// invalid, UsageError naming `source` for a split that nothing names.
void label_collection(const std::optional<DatasetJson>& json, const Split& split,
                      const SourceOptions& options, const std::string& source, Collection& to);

}  // namespace gannet
