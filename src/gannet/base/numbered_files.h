// Files whose names end in a number: network-000200.safetensors.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gannet/base/files.h"

namespace gannet {

std::string zero_padded(int64_t number, int width);  // at least so many digits

// The N of "PREFIX N SUFFIX" (without the spaces), or -1.
int64_t number_in_name(const std::string& name, std::string_view prefix, std::string_view suffix);

// Those of all such files in a folder, ascending.
std::vector<int64_t> numbered_files(const Path& folder, std::string_view prefix,
                                    std::string_view suffix);

}  // namespace gannet
