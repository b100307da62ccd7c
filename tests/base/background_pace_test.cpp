#include "gannet/base/background_pace.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace gannet {
namespace {

// Where rest() did not wake, this would take ten seconds and more.
TEST(BackgroundPace, WhoWaitsWakesIt) {
  BackgroundPace pace;
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // work, of which a rest is longer
  std::future<int> work = std::async(std::launch::async, [&] {
    int pieces = 0;
    for (; pieces < 1000; ++pieces) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      pace.rest();
    }
    return pieces;
  });
  pace.hurry();
  EXPECT_EQ(work.get(), 1000);
}

}  // namespace
}  // namespace gannet
