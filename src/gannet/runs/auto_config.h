// --cfg auto: what the data is decides on a recipe and its options, each with a reason.
#pragma once

#include "gannet/runs/config.h"
#include "gannet/tensor/dataset_info.h"

namespace gannet {

// For `size` samples of this shape. What a user then sets by hand goes before it (resolve() drops
// the reasons of such options).
Config auto_config(const DatasetInfo& data, int64_t size);

}  // namespace gannet
