// For programs around Gannet that compute on threads of their own. No torch in here.
#pragma once

#include <cstdint>
#include <exception>

#include "gannet/base/error.h"

namespace gannet {

// Prepares the calling thread: so many threads of tensor operators, and denormals flushed, as in a
// training.
void prepare_compute_thread(int64_t threads);

// What tensor operators threw, as an Error of one line; an Error comes back as it is.
[[noreturn]] void rethrow_plain(std::exception_ptr thrown);

}  // namespace gannet
