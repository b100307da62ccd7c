// Stacked MNIST and stacked Fashion-MNIST.
#pragma once

#include <string>
#include <vector>

#include "gannet/data/detail/built_in.h"

namespace gannet {

std::vector<BuiltInSource> stacked_sources();
std::string stacked_set_of(const std::string& name);  // registry.h: stacked_set()

}  // namespace gannet
