// Captions in text files beside the samples; those in a table are label_table.h's.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/data/files/items.h"
#include "gannet/data/source_options.h"

namespace gannet {

// Captions in NAME.txt beside NAME.png, or in a folder captions/ (texts/, ...), a line each, read
// by `read`; adds the files' names to `used`. Items that have captions keep theirs.
void add_caption_files(SampleItems& items, const std::vector<std::string>& names,
                       const std::function<Bytes(size_t)>& read, std::vector<std::string>& used,
                       std::vector<Decision>& decisions);

}  // namespace gannet
