// Attributes as a user asks for them: by name, in their own units.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "gannet/models/model_file.h"

namespace gannet {

// The network's attributes [n, K] of samples with these n seeds, for a request such as
// "Smiling=1,Age=30,Hair=black" or, in the order of the columns, "1,30,0,1"; "": none. What is not
// named is that of a training sample, drawn by the seed among those that agree with what is named,
// of numbers the nearest twentieth. Undefined where nothing is asked for and the network file has
// no samples' attributes. Throws UsageError naming `option`.
Tensor attributes_for_seeds(const DatasetInfo& info, const std::string& request,
                            std::span<const uint64_t> seeds, const std::string& option);

// A warning, in one line, that a number is asked for which is far outside of those of the network
// file's samples, by more than a tenth of their range; "": there is none. Throws as above.
std::string far_attributes_text(const DatasetInfo& info, const std::string& request,
                                const std::string& option);

// "Smiling (no, yes), Age, Hair (black, brown)": what can be asked for.
std::string attribute_names_text(const AttributeTable& table);

}  // namespace gannet
