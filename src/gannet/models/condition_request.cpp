#include "gannet/models/condition_request.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>

#include "gannet/base/error.h"
#include "gannet/models/sampling.h"
#include "gannet/text/tokenizer.h"

namespace gannet {
namespace {

std::string recipe_of(const Model& model) { return std::string(model.recipe->name); }

[[noreturn]] void refuse(const Model& model, const std::string& option, const char* hint) {
  throw UsageError(option + " was given, and this network takes none", recipe_of(model), hint);
}

Tensor class_label(const Model& model, const std::string& label, const std::string& option) {
  if (!model.gan->has_input("labels")) refuse(model, option, "--cfg cgan learns classes");
  return at::tensor({find_class(model.info.classes, label, option)}, at::kLong);
}

Tensor attribute_vector(const Model& model, const std::vector<double>& attributes,
                        const std::string& option) {
  if (!model.gan->has_input("attributes"))
    refuse(model, option, "--cond-type attributes of cgan, r3gan and wavegan learns attributes");
  if (static_cast<int64_t>(attributes.size()) != model.info.attributes)
    throw UsageError(option + " has " + std::to_string(attributes.size()) +
                         " numbers, this network takes " + std::to_string(model.info.attributes),
                     recipe_of(model));
  return at::tensor(attributes, at::kFloat).unsqueeze(0);
}

Tensor sentence_tokens(const Model& model, const std::string& text, const std::string& option) {
  if (model.info.tokens == 0) refuse(model, option, "--cfg text2image learns sentences");
  if (text.find_first_not_of(" \t\r\n") == std::string::npos)
    throw UsageError("this network draws what a sentence says, and " + option + " has none",
                     recipe_of(model), "as in " + std::string(model.recipe->try_sample));
  return at::tensor(model.info.tokenizer->sentence(text, model.info.tokens), at::kLong)
      .unsqueeze(0);
}

}  // namespace

ConditionRequest condition_request(const std::string& label, const std::string& text,
                                   const std::vector<double>& attributes) {
  ConditionRequest request;
  if (!label.empty()) request.label = label;
  if (!text.empty()) request.text = text;
  if (!attributes.empty()) request.attributes = attributes;
  return request;
}

Condition condition_for_seeds(const Model& model, const ConditionRequest& request,
                              std::span<const uint64_t> seeds, const ConditionFlagNames& flags) {
  const auto n = static_cast<int64_t>(seeds.size());
  std::vector<Condition> drawn;
  for (const uint64_t seed : seeds)
    drawn.push_back(
        model.gan->conditions(model.info, {.seed = seed, .purpose = Purpose::label}, 0, 1));
  Condition fixed;
  if (request.label) fixed.labels = class_label(model, *request.label, flags.label).repeat({n});
  if (request.attributes)
    fixed.attributes =
        attribute_vector(model, *request.attributes, flags.attributes).repeat({n, 1});
  if (request.text || model.info.tokens > 0)
    fixed.tokens = sentence_tokens(model, request.text.value_or(""), flags.text).repeat({n, 1});
  Condition condition = replaced(concat(drawn), fixed);
  if (!condition.attributes.defined() && model.gan->has_input("attributes"))
    throw UsageError("this network draws by " + std::to_string(model.info.attributes) +
                         " numbers, and " + flags.attributes + " gave none",
                     recipe_of(model), flags.attributes + " 0,1,...: as in dataset.json");
  return condition;
}

}  // namespace gannet
