// Loops of the kernels over the threads that tensor operators have.
#pragma once

#include <cstdint>
#include <functional>

namespace gannet {

// Calls work(begin, end) for ranges that are [0, n) together, at least `grain` long but for the
// last, from ATen's threads (at::get_num_threads(), libtorch's OpenMP team), this one among them;
// from this one alone where n or the number of threads is small, and inside another such loop. The
// first exception is rethrown.
//
// Not at::parallel_for: that is a template, and serial unless its caller is compiled with OpenMP,
// for which compilers bring libraries of their own, with threads of their own.
void parallel_ranges(int64_t n, int64_t grain, const std::function<void(int64_t, int64_t)>& work);

}  // namespace gannet
