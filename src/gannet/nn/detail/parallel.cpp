#include "gannet/nn/detail/parallel.h"

#include <ATen/Parallel.h>
#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

namespace gannet {
namespace {

// What `#pragma omp parallel` of GCC calls (libgomp, and as a synonym LLVM's and Intel's library);
// null where libtorch has no OpenMP.
using Team = void (*)(void (*function)(void*), void* data, unsigned threads, unsigned flags);
Team team() {
  static const Team found = reinterpret_cast<Team>(dlsym(RTLD_DEFAULT, "GOMP_parallel"));
  return found;
}

struct Ranges {
  int64_t n, length;
  const std::function<void(int64_t, int64_t)>& work;
  std::atomic<int64_t> next = 0;  // where the next range begins
  std::mutex mutex;
  std::exception_ptr error = nullptr;

  // On each thread. The team may have fewer threads than there are ranges.
  void run() {
    for (int64_t begin = next.fetch_add(length); begin < n; begin = next.fetch_add(length)) try {
        work(begin, std::min(begin + length, n));
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!error) error = std::current_exception();
      }
  }
};

}  // namespace

void parallel_ranges(int64_t n, int64_t grain, const std::function<void(int64_t, int64_t)>& work) {
  if (n <= 0) return;
  const int64_t threads = at::get_num_threads();
  const int64_t length = std::max((n + threads - 1) / threads, grain);
  if (length >= n || team() == nullptr || at::in_parallel_region()) return work(0, n);
  Ranges ranges{.n = n, .length = length, .work = work};
  // As many threads as ATen's own loops: libgomp makes a team anew where the number changes.
  team()([](void* data) { static_cast<Ranges*>(data)->run(); }, &ranges,
         static_cast<unsigned>(threads), /*flags=*/0);
  if (ranges.error) std::rethrow_exception(ranges.error);
}

}  // namespace gannet
