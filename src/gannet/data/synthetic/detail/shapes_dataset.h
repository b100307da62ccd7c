// The built-in sets of coloured shapes: shapes, shapes-pairs, shapes-motion.
#pragma once

#include <vector>

#include "gannet/data/detail/built_in.h"

namespace gannet {

std::vector<BuiltInSource> shapes_sources();

}  // namespace gannet
