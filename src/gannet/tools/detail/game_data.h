// Points of the plane in memory as a data set, and the sets that are drawn for the game alone.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gannet/data/dataset.h"

namespace gannet {

// points [N, 2], standardized as points of files are.
std::shared_ptr<const Dataset> point_set(std::string name, std::vector<float> points);

// A set of game_data_names() without classes. Throws UsageError for another name.
std::shared_ptr<const Dataset> game_data(const std::string& name);

}  // namespace gannet
