// What a user asks a network for, checked against what it takes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gannet/models/model_file.h"

namespace gannet {

struct ConditionRequest {
  std::optional<std::string> label, text;
  std::optional<std::vector<double>> attributes;
};
// Where what is empty was not asked for.
ConditionRequest asked(const std::string& label, const std::string& text,
                       const std::vector<double>& vector);

// The options that ask for each, as the command calls them.
struct ConditionFlagNames {
  std::string label = "--class", text = "--text", attributes = "--attributes";
};
// The condition of a sample for each seed: what was asked for, else what the seed draws. Throws
// UsageError, in the name of the option, for what this network cannot be asked for, and where
// neither gives what it needs.
Condition condition_of(const Model& model, const ConditionRequest& asked,
                       std::span<const uint64_t> seeds, const ConditionFlagNames& by = {});

}  // namespace gannet
