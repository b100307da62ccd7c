// The state of a run whose options changed in its middle: some bring tensors of their own (averages
// of regularizers, the image pool, the moving average of G, momentum).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gannet/models/model_file.h"

namespace gannet {

// As read_into(), but what such an option brought, or has in another shape, stays as it was made
// (an average of a net starts at that net), and what one took away is left out. Returns a line for
// each: "begins afresh: ...".
std::vector<std::string> read_changed_into(const SafetensorsFile& file, const NamedTensors& tensors,
                                           std::string_view source);

}  // namespace gannet
