// How many threads tensor operators use.
#pragma once

#include <cstdint>

namespace gannet::cli {

// What --threads says; else GANNET_THREADS; else the physical cores that this process may use.
// `option` < 1: not given. Throws UsageError for a GANNET_THREADS that is no number of threads.
int64_t chosen_threads(int64_t option = -1);

void set_threads(int64_t count);

}  // namespace gannet::cli
