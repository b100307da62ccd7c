// Shuffled batches, prefetched on one thread. The order is a function of (seed, epoch), so that a
// run resumes at any batch.
#pragma once

#include <cstdint>
#include <memory>

#include "gannet/data/dataset.h"

namespace gannet {

class Loader {
 public:
  // Batches of `batch` samples; the epoch's tail (size mod batch) is dropped. Batch number b is the
  // same whatever was read before. `rank` of `ranks` reads its own equal part of each global batch.
  // Throws Error when the set has fewer samples than a batch. mirror: each image is flipped
  // left-right with probability 1/2 (addressed).
  struct Options {
    uint64_t seed = 0;
    int64_t batch = 64;
    bool mirror = false;
    int64_t rank = 0, ranks = 1;
    at::Device device = at::kCPU;  // where batches will go: get() gives memory to copy from
  };
  Loader(std::shared_ptr<const Dataset> data, Options options);
  ~Loader();

  // Batch number `number` (0, 1, 2, ... over all epochs), on the CPU, float32, channels-first and
  // contiguous. Consecutive numbers are prefetched; any other restarts the prefetcher. Rethrows
  // exceptions of the prefetching thread.
  Batch get(int64_t number);

  const Dataset& data() const;
  int64_t batches_per_epoch() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gannet
