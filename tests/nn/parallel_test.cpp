#include "gannet/nn/detail/parallel.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "gannet/base/error.h"

namespace gannet {
namespace {

class ParallelRanges : public ::testing::Test {
 protected:
  void SetUp() override { at::set_num_threads(3); }
  void TearDown() override { at::set_num_threads(before_); }

 private:
  int before_ = at::get_num_threads();
};

TEST_F(ParallelRanges, AreTheWholeOnce) {
  for (const int64_t n : {0, 1, 2, 3, 7, 100, 101}) {
    for (const int64_t grain : {1, 8, 1000}) {
      std::vector<int> seen(static_cast<size_t>(n));
      parallel_ranges(n, grain, [&](int64_t begin, int64_t end) {
        EXPECT_TRUE(end - begin >= grain || end == n);
        for (int64_t i = begin; i < end; ++i) ++seen[static_cast<size_t>(i)];
      });
      EXPECT_EQ(seen, std::vector<int>(static_cast<size_t>(n), 1)) << n << " by " << grain;
    }
  }
}

// Each range waits for another one: on a single thread they would never meet.
TEST_F(ParallelRanges, AreOnSeveralThreadsAtOnce) {
  std::mutex mutex;
  std::condition_variable met;
  std::set<std::thread::id> threads;
  parallel_ranges(3, 1, [&](int64_t, int64_t) {
    std::unique_lock lock(mutex);
    threads.insert(std::this_thread::get_id());
    met.notify_all();
    met.wait_for(lock, std::chrono::seconds(30), [&] { return threads.size() > 1; });
  });
  EXPECT_GT(threads.size(), 1u);
}

TEST_F(ParallelRanges, AreOfOneThreadWithinOne) {
  parallel_ranges(3, 1, [&](int64_t, int64_t) {
    const auto outer = std::this_thread::get_id();
    parallel_ranges(5, 1, [&](int64_t, int64_t) { EXPECT_EQ(std::this_thread::get_id(), outer); });
  });
}

TEST_F(ParallelRanges, RethrowTheFirstError) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_THROW(parallel_ranges(3, 1, [](int64_t, int64_t) { throw Error("no", ""); }), Error);
  }
}

}  // namespace
}  // namespace gannet
