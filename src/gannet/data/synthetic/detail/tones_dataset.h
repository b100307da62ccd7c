// The built-in set of procedural audio: tones.
#pragma once

#include <vector>

#include "gannet/data/detail/built_in.h"

namespace gannet {

std::vector<BuiltInSource> tones_sources();

}  // namespace gannet
