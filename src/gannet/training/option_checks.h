// Which rules of the game cannot go together, and which are unwise.
#pragma once

#include <string>
#include <vector>

#include "gannet/nn/net.h"
#include "gannet/training/options.h"

namespace gannet {

// Throws UsageError, saying why, for options of a game of G and D that cannot work.
void check_combination(const Net& G, const Net& D, const Options& options);

// One line for each choice that works and is unwise for samples of this shape.
std::vector<std::string> unwise_choices(const Options& options, const DatasetInfo& data);

}  // namespace gannet
