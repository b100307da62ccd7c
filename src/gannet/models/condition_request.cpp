#include "gannet/models/condition_request.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>

#include "gannet/base/error.h"
#include "gannet/models/sampling.h"
#include "gannet/text/tokenizer.h"

namespace gannet {
namespace {

std::string recipe_of(const Model& model) { return std::string(model.recipe->name); }

[[noreturn]] void takes_none(const Model& model, const std::string& option, const char* hint = "") {
  throw UsageError(option + " was given, and this network takes none", recipe_of(model), hint);
}

Tensor requested_class(const Model& model, const std::string& label, const std::string& option) {
  if (!model.gan->has_input("labels")) takes_none(model, option, "--cfg cgan learns classes");
  return at::tensor({find_class(model.info.classes, label, option)}, at::kLong);
}

Tensor requested_vector(const Model& model, const std::vector<double>& vector,
                        const std::string& option) {
  if (!model.gan->has_input("attributes"))
    takes_none(model, option, "--cond-type attributes of cgan, r3gan and wavegan learns vectors");
  if (static_cast<int64_t>(vector.size()) != model.info.attributes)
    throw UsageError(option + " has " + std::to_string(vector.size()) +
                         " numbers, this network takes " + std::to_string(model.info.attributes),
                     recipe_of(model));
  return at::tensor(vector, at::kFloat).unsqueeze(0);
}

Tensor requested_tokens(const Model& model, const std::string& text, const std::string& option) {
  if (model.info.tokens == 0) takes_none(model, option, "--cfg text2image learns sentences");
  if (text.find_first_not_of(" \t\r\n") == std::string::npos)
    throw UsageError("this network draws what a sentence says, and " + option + " has none",
                     recipe_of(model), "as in " + std::string(model.recipe->try_sample));
  return at::tensor(model.info.tokenizer->sentence(text, model.info.tokens), at::kLong)
      .unsqueeze(0);
}

}  // namespace

ConditionRequest asked(const std::string& label, const std::string& text,
                       const std::vector<double>& vector) {
  ConditionRequest asked;
  if (!label.empty()) asked.label = label;
  if (!text.empty()) asked.text = text;
  if (!vector.empty()) asked.attributes = vector;
  return asked;
}

Condition condition_of(const Model& model, const ConditionRequest& asked,
                       std::span<const uint64_t> seeds, const ConditionFlagNames& by) {
  const auto n = static_cast<int64_t>(seeds.size());
  std::vector<Condition> drawn;
  for (const uint64_t seed : seeds)
    drawn.push_back(
        model.gan->conditions(model.info, {.seed = seed, .purpose = Purpose::label}, 0, 1));
  Condition c = joined(drawn);
  if (asked.label) c.labels = requested_class(model, *asked.label, by.label).repeat({n});
  if (asked.attributes)
    c.attributes = requested_vector(model, *asked.attributes, by.attributes).repeat({n, 1});
  if (asked.text || model.info.tokens > 0)
    c.tokens = requested_tokens(model, asked.text.value_or(""), by.text).repeat({n, 1});
  if (!c.attributes.defined() && model.gan->has_input("attributes"))
    throw UsageError("this network draws by " + std::to_string(model.info.attributes) +
                         " numbers, and " + by.attributes + " gave none",
                     recipe_of(model), by.attributes + " 0,1,...: as in dataset.json");
  return c;
}

}  // namespace gannet
