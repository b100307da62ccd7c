// How many threads tensor operators use.
#pragma once

#include <cstdint>
#include <optional>

namespace gannet::cli {

// What GANNET_THREADS says, else OMP_NUM_THREADS. Throws UsageError for a GANNET_THREADS that is no
// number of threads.
std::optional<int64_t> threads_of_environment();

// What --threads says; else the environment; else the physical cores that this process may use.
// `option` < 1: not given.
int64_t chosen_threads(int64_t option = -1);

void set_threads(int64_t count);

// OpenMP's threads wait for each other by spinning, by default for so long that training becomes
// many times slower when another process wants a core. A short spin is as fast alone, and sleeps
// otherwise. The library reads its environment while it is loaded: this starts the program anew
// with GOMP_SPINCOUNT set, unless the user chose a policy already.
void prefer_short_spins(char** argv);

// Steps of training free and take the same large blocks again and again. By default the C library
// gives them back to the system each time, and clearing fresh pages took a fifth of a step.
void keep_freed_memory();

}  // namespace gannet::cli
