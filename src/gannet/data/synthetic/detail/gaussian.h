// The mixtures of Gaussians in the plane, ring-8 and grid-25.
#pragma once

#include <string>
#include <vector>

#include "gannet/data/detail/built_in.h"

namespace gannet {

std::vector<BuiltInSource> gaussian_sources();
Modes gaussian_modes(const std::string& name);  // of ring-8 and grid-25, else empty

}  // namespace gannet
