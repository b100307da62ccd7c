// --device of the commands that compute with tensors.
#pragma once

#include <string>

#include "cli/command.h"

namespace gannet::cli {

void device_field(FieldVisitor& visitor, std::string& device);

// The device that `option` takes (gannet/tensor/device.h). A GPU is said in a line, unless standard
// output is the result alone; a warning says why auto takes none where the machine has one.
std::string chosen_device(const std::string& option, bool silent);

}  // namespace gannet::cli
