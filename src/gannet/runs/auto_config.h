// --cfg auto: a recipe and its options by the kind and size of the data, each with a reason.
#pragma once

#include "gannet/runs/config.h"
#include "gannet/tensor/dataset_info.h"

namespace gannet {

// For `size` samples of this kind. Options of the user override it (resolve() drops the reasons of
// such options).
Config auto_config(const DatasetInfo& data, int64_t size);

}  // namespace gannet
