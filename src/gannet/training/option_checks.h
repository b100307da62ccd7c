// Combinations of options that cannot work, or are unwise, and belong to no regularizer
// (losses/regularizers.h has their own).
#pragma once

#include <string>
#include <vector>

#include "gannet/nn/net.h"
#include "gannet/training/options.h"

namespace gannet {

// Throws UsageError, saying why, for an adversarial objective of this D that cannot work.
void check_combination(const Net& D, const Options& options);

// Throws UsageError where a batch cannot be shared equally among so many processes, or an option
// would then be another than in one process.
void check_shares(const Options& options, int64_t processes);

// The largest batch of at most `most` samples, and of whole groups of the minibatch standard
// deviation; below one group, `most`.
int64_t batch_of_whole_groups(const Options& options, int64_t most);

// One line for each choice that works and is unwise for this data, those of regularizers included.
std::vector<std::string> unwise_choices(const Options& options, const DatasetInfo& data);

}  // namespace gannet
