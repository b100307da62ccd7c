// The files of weights/, as cmake/GannetWeights.cmake puts them into the library.
#pragma once

#include <vector>

#include "gannet/base/shipped_file.h"

namespace gannet {

const std::vector<ShippedFile>& shipped_weights();

}  // namespace gannet
