// What libtorch throws and warns of, as one line for a user.
#pragma once

#include <c10/util/Exception.h>

#include <string>

#include "gannet/base/error.h"

namespace gannet {

// Memory that is out, of the CPU or a GPU, says what was asked for and takes `memory_hint`; a GPU's
// failure is told from other errors. No backtrace.
Error plain_error(const c10::Error& error, const std::string& memory_hint);

// A warning of libtorch's, which speaks of its Python functions where an operator is not
// deterministic. libtorch repeats it at every call of the operator.
std::string plain_warning(const std::string& text);

}  // namespace gannet
