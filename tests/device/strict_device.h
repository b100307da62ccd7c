// A device for tests that is as strict as a GPU: its memory is the CPU's, so every value equals the
// CPU's bit by bit, but an operation that mixes its tensors with the CPU's throws, and reading its
// memory from the CPU crashes. It is PyTorch's PrivateUse1, registered for the whole process:
// only this folder's test program has it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace gannet::test {

inline constexpr const char* kStrictDevice = "strict";

// How often the CPU waited for a value of the device since the last call, by operation: copies to
// the CPU, item(), results whose size depends on values.
std::map<std::string, int> take_waits();

// The next operation on the device throws an error of this text, as a GPU's.
void fail_next(const std::string& text);

// Operations as they are done: from record_on(tape) to record_on(nullptr) they are put there, and
// not done; waits and copies from the CPU then throw, as while a CUDA graph is captured. Called
// later they do the same on the same memory.
using Tape = std::vector<std::function<void()>>;
void record_on(Tape* tape);

// The CPU's address of the device's memory.
void* near_address(const void* far);

// The device draws random numbers itself, and has graphs (gannet/tensor/recording.h), while one is
// alive; of those there are counted recordings and replays.
class StrictGraphs {
 public:
  StrictGraphs();
  ~StrictGraphs();
  StrictGraphs(const StrictGraphs&) = delete;
  StrictGraphs& operator=(const StrictGraphs&) = delete;

  static inline int recorded = 0, replayed = 0;  // parts
};

}  // namespace gannet::test
