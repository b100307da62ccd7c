// What an action throws, as the program shows it. Anything but an Error fails the test.
#pragma once

#include <functional>
#include <string>

#include "gannet/base/error.h"

namespace gannet {

inline std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace gannet
