// Addressed draws as tensors (base/philox.h). Sample i of the result is sample first + i at
// `address`, whatever the batch; draws are made in f32 and converted to `options`' type, so f32 and
// f64 nets see the same numbers.
#pragma once

#include <cstdint>
#include <source_location>
#include <span>
#include <vector>

#include "gannet/base/philox.h"
#include "gannet/tensor/batch.h"

namespace gannet {

using Location = std::source_location;

Tensor normal(const Address& address, int64_t first, int64_t n, const Shape& shape,
              const at::TensorOptions& options, Location where = Location::current());
Tensor uniform(const Address& address, int64_t first, int64_t n, const Shape& shape,
               const at::TensorOptions& options, Location where = Location::current());
// Sample i of the result is sample 0 under the key seeds[i], elsewise at `address`.
Tensor uniform(const Address& address, std::span<const uint64_t> seeds, const Shape& shape,
               const at::TensorOptions& options);
// int64 [n], each in [0, below).
Tensor integers(const Address& address, int64_t first, int64_t n, int64_t below,
                const at::TensorOptions& options, Location where = Location::current());

// Records the draws of this thread while it is alive, for tests that look for two uses of one
// address. `where`: the line that asked for the draw. Draws under keys of their own are left out.
class DrawRecorder {
 public:
  struct Draw {
    Address address;
    int64_t first, n;
    Location where;
  };
  DrawRecorder();
  ~DrawRecorder();
  DrawRecorder(const DrawRecorder&) = delete;
  DrawRecorder& operator=(const DrawRecorder&) = delete;

  std::vector<Draw> draws;
};

}  // namespace gannet
