// The files of weights/, as cmake/GannetShip.cmake puts them into the library.
#pragma once

#include <vector>

#include "gannet/base/shipped_file.h"

namespace gannet {

const std::vector<ShippedFile>& shipped_weights();

}  // namespace gannet
