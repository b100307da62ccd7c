// Labels that the data has and the networks do not learn from.
#pragma once

#include <optional>
#include <string>

#include "gannet/data/dataset.h"
#include "gannet/training/gan.h"

namespace gannet {

// "10 classes are there and not used: --cond learns them"; none where all are used, and for
// image-to-image recipes. The options named work for this recipe or lead to one that takes the data.
std::optional<std::string> unused_labels(const Recipe& recipe, Options& options, Gan& gan,
                                         const Dataset& data);

}  // namespace gannet
