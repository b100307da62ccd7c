// Samples as metrics and tests take them: from any source, in units that two sources share. Not for
// training, which wants the network's range (dataset.h).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gannet/base/philox.h"
#include "gannet/data/dataset.h"

namespace gannet {

// All that open_dataset() takes, and arrays: .npz (its one array, or the one named "samples") and
// .npy of any rank. uint8 [N, H, W] and [N, H, W, C] with 1 or 3 channels are images; of anything
// else [N, ...] each sample is one vector of numbers as they stand. Throws Error.
std::unique_ptr<Dataset> open_samples(const std::string& source, const SourceOptions& options = {});

// Numbers [from, to) of a random order of `size` samples, fewer where there are no more.
std::vector<int64_t> random_choice(int64_t size, int64_t from, int64_t to, const Address& address);

// Samples by number, float64 [n, dims...]: images and videos in [0, 1], points in their own units,
// audio clips as they are.
Tensor read_samples(const Dataset& data, std::span<const int64_t> indices);

// The same in the network's range, float32.
Tensor read_network_samples(const Dataset& data, std::span<const int64_t> indices);

}  // namespace gannet
