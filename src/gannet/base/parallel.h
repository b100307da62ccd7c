// A loop over threads of its own, for work that calls no tensor operators.
#pragma once

#include <cstdint>
#include <functional>

namespace gannet {

// Calls work(i) for each i below n, from up to `threads` threads (this one among them), in no
// particular order. The first exception stops the others from taking more work, and is rethrown.
void parallel_for(int64_t n, int64_t threads, const std::function<void(int64_t)>& work);

}  // namespace gannet
