// The files of weights/, as cmake/GannetWeights.cmake puts them into the library.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "gannet/base/files.h"

namespace gannet {

struct ShippedWeights {
  std::string_view name;  // "fashion-mnist"
  ByteSpan file;
};
const std::vector<ShippedWeights>& shipped_weights();

}  // namespace gannet
