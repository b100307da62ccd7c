#include "gannet/base/background_pace.h"

#include <ctime>

namespace gannet {
namespace {

std::chrono::nanoseconds processor_time() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace

void BackgroundPace::rest() {
  constexpr int kRest = 9;  // to one of work
  const std::chrono::nanoseconds now = processor_time();
  worked_ += now - since_.value_or(now);
  std::unique_lock lock(mutex_);
  waited_for_.wait_for(lock, kRest * worked_, [&] { return hurried_; });
  worked_ = {};
  since_ = processor_time();
}

void BackgroundPace::hurry() {
  const std::lock_guard lock(mutex_);
  hurried_ = true;
  waited_for_.notify_all();
}

}  // namespace gannet
