// The condition that a user requests of a network, checked against the network's inputs.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gannet/models/model_file.h"

namespace gannet {

struct ConditionRequest {
  // A class, by number or name, or several ("3,4", "0-9") that the samples have in turn; a
  // sentence; attributes by name or in their order (attribute_request.h).
  std::optional<std::string> label, text, attributes;
  int64_t first = 0;                    // the number of the first sample among all
  std::vector<std::string> texts = {};  // instead of `text`: a sentence a sample
};
// An empty argument requests nothing.
ConditionRequest condition_request(const std::string& label, const std::string& text,
                                   const std::string& attributes);

// The command's options for each, as errors name them.
struct ConditionFlagNames {
  std::string label = "--class", text = "--text", attributes = "--attributes";
};
// The condition [n, ...] of samples with these n seeds: the request, and where it is empty each
// seed's own draw. Throws UsageError naming the option for a request that the network has no input
// for, and where an input has neither a request nor a draw.
Condition condition_for_seeds(const Model& model, const ConditionRequest& request,
                              std::span<const uint64_t> seeds,
                              const ConditionFlagNames& flags = {});

}  // namespace gannet
