// What libtorch throws, as one line for a user.
#pragma once

#include <c10/util/Exception.h>

#include <string>

#include "gannet/base/error.h"

namespace gannet {

// Memory that is out, of the CPU or a GPU, says what was asked for and takes `memory_hint`; a GPU's
// failure is told from other errors. No backtrace.
Error plain_error(const c10::Error& error, const std::string& memory_hint);

}  // namespace gannet
