// Samples for metrics and two-sample tests: from any source, in units that two sources share. Not
// for training, which takes the network's range (dataset.h).
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/base/philox.h"
#include "gannet/data/registry.h"

namespace gannet {

// As open_dataset(), and arrays: .npz (its one array, or the one named "samples") and .npy of any
// rank. Those that are images for training are images; any other [N, ...] is points, flattened and
// not standardized. Throws Error.
std::unique_ptr<Dataset> open_samples(const std::string& source, const SourceOptions& options = {});

// The .npy file, or member of the .npz file, whose numbers open_samples() reads of this split; none
// where it has no such member.
std::optional<Bytes> npy_of_samples(const std::string& source, const std::string& split);

// Indices: positions [from, to) of a random permutation of `size` samples, cut at its end.
std::vector<int64_t> random_choice(int64_t size, int64_t from, int64_t to, const Address& address);

// Samples by index, float64 [n, dims...]: images and videos in [0, 1], points in their own units,
// audio in [-1, 1].
Tensor read_samples(const Dataset& data, std::span<const int64_t> indices);

// The same in the network's range, float32.
Tensor read_network_samples(const Dataset& data, std::span<const int64_t> indices);

}  // namespace gannet
