#include "gannet/base/background_pace.h"

#include <gtest/gtest.h>

#include <future>

namespace gannet {
namespace {

// After an hour of work the rest is nine hours: it must have begun, and end when somebody waits.
TEST(BackgroundPace, RestsUntilSomebodyWaits) {
  BackgroundPace pace(std::chrono::hours(1));
  std::future<int> work = std::async(std::launch::async, [&] {
    for (int i = 0; i < 3; ++i) pace.rest();
    return 3;
  });
  EXPECT_EQ(work.wait_for(std::chrono::milliseconds(100)), std::future_status::timeout);
  pace.hurry();
  EXPECT_EQ(work.get(), 3);
}

TEST(BackgroundPace, WhoWaitedBeforeMakesNoRest) {
  BackgroundPace pace(std::chrono::hours(1));
  pace.hurry();
  pace.rest();
}

}  // namespace
}  // namespace gannet
