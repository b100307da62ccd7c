// A device for tests that is as strict as a GPU: its memory is the CPU's, so every value equals the
// CPU's bit by bit, but an operation that mixes its tensors with the CPU's throws, and reading its
// memory from the CPU crashes. It is PyTorch's PrivateUse1, registered for the whole process:
// only this folder's test program has it.
#pragma once

#include <map>
#include <string>

namespace gannet::test {

inline constexpr const char* kStrictDevice = "strict";

// How often the CPU waited for a value of the device since the last call, by operation: copies to
// the CPU, item(), results whose size depends on values.
std::map<std::string, int> take_waits();

// The next operation on the device throws an error of this text, as a GPU's.
void fail_next(const std::string& text);

}  // namespace gannet::test
