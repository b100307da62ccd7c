// Training, validation and test part of a set by a list of files each: train.txt and test.txt,
// Flickr_8k.trainImages.txt; or by numbers in two lists, as CUB-200 has them. Parts by one table
// are in split_table.h.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gannet/data/files/detail/split_table.h"

namespace gannet {

// The parts of the items by such lists among `names`, which `read` reads; `others` are files that
// are no items. `used` gets the lists. None where there are no lists of two parts or more, or
// where they do not name the items.
std::optional<TableParts> parts_by_lists(const std::vector<std::string>& names,
                                         const SampleItems& items,
                                         const std::vector<std::string>& others,
                                         const std::function<Bytes(size_t)>& read,
                                         std::vector<std::string>& used);

}  // namespace gannet
