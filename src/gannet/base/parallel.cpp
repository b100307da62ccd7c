#include "gannet/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace gannet {

void parallel_for(int64_t n, int64_t threads, const std::function<void(int64_t)>& work) {
  std::atomic<int64_t> next = 0;
  std::exception_ptr error;
  std::once_flag first;
  const auto run = [&] {
    try {
      for (int64_t i = next++; i < n; i = next++) work(i);
    } catch (...) {
      std::call_once(first, [&] { error = std::current_exception(); });
      next = n;
    }
  };
  std::vector<std::jthread> others;
  for (int64_t t = 1; t < std::min(n, threads); ++t) others.emplace_back(run);
  run();
  others.clear();
  if (error) std::rethrow_exception(error);
}

}  // namespace gannet
