// How much of a core work of the background takes: a tenth, or all of it once somebody waits.
// Without it, whoever computes beside it waits for memory, and for the core where there is but one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

namespace gannet {

class BackgroundPace {
 public:
  // worked: processor time of the work so far.
  explicit BackgroundPace(std::chrono::nanoseconds worked = {}) : worked_(worked) {}

  // Called by the work's own thread, after each small piece: sleeps nine times as long as the piece
  // took of the processor (not of the disk), unless somebody waits.
  void rest();
  // Called by who waits for the end of the work: it rests no more, and wakes.
  void hurry();

 private:
  std::mutex mutex_;
  std::condition_variable waited_for_;
  bool hurried_ = false;
  std::chrono::nanoseconds worked_;                // since the last rest, and up to since_
  std::optional<std::chrono::nanoseconds> since_;  // the thread's processor time by then
};

}  // namespace gannet
