// The files of weights/zoo, as cmake/GannetShip.cmake puts them into the library.
#pragma once

#include <vector>

#include "gannet/base/shipped_file.h"

namespace gannet {

const std::vector<ShippedFile>& zoo_files();

}  // namespace gannet
