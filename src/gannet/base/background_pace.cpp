#include "gannet/base/background_pace.h"

namespace gannet {

void BackgroundPace::rest() {
  constexpr int kRest = 9;  // to one of work
  std::unique_lock lock(mutex_);
  waited_for_.wait_for(lock, kRest * (Clock::now() - since_), [&] { return hurried_; });
  since_ = Clock::now();
}

void BackgroundPace::hurry() {
  const std::lock_guard lock(mutex_);
  hurried_ = true;
  waited_for_.notify_all();
}

}  // namespace gannet
