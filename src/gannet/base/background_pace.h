// How much of a core work of the background takes: a tenth, or all of it once somebody waits.
// Without it, whoever computes beside it waits for memory, and for the core where there is but one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace gannet {

class BackgroundPace {
 public:
  // Called by the work, after each small piece: sleeps nine times as long as the piece took, unless
  // somebody waits.
  void rest();
  // Called by who waits for the end of the work: it rests no more, and wakes.
  void hurry();

 private:
  using Clock = std::chrono::steady_clock;

  std::mutex mutex_;
  std::condition_variable waited_for_;
  bool hurried_ = false;
  Clock::time_point since_ = Clock::now();  // the end of the last rest
};

}  // namespace gannet
