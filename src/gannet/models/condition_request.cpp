#include "gannet/models/condition_request.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>

#include "gannet/base/error.h"
#include "gannet/models/attribute_request.h"
#include "gannet/models/sampling.h"
#include "gannet/text/tokenizer.h"

namespace gannet {
namespace {

std::string recipe_of(const Model& model) { return std::string(model.recipe->name); }

[[noreturn]] void refuse(const Model& model, const std::string& option, const char* hint) {
  throw UsageError(option + " was given, and this network takes none", recipe_of(model), hint);
}

// [n], in turn.
Tensor class_labels(const Model& model, const ConditionRequest& request, int64_t n,
                    const std::string& option) {
  if (!model.gan->has_input("labels")) refuse(model, option, "--cfg cgan learns classes");
  const std::vector<int64_t> all = find_classes(model.info.classes, *request.label, option);
  std::vector<int64_t> labels;
  for (int64_t i = request.first; i < request.first + n; ++i)
    labels.push_back(all[static_cast<size_t>(i) % all.size()]);
  return at::tensor(labels, at::kLong);
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
                                   const std::string& attributes) {
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
  Condition condition = concat(drawn);
  if (request.label) condition.labels = class_labels(model, request, n, flags.label);
  const bool takes_attributes = model.gan->has_input("attributes");
  if (request.attributes && !takes_attributes)
    refuse(model, flags.attributes,
           "--cond-type attributes of cgan, r3gan and wavegan learns attributes");
  if (request.attributes || (takes_attributes && !condition.attributes.defined()))
    condition.attributes =
        attributes_for_seeds(model.info, request.attributes.value_or(""), seeds, flags.attributes);
  if (!request.texts.empty()) {
    std::vector<Tensor> all;
    for (const std::string& text : request.texts)
      all.push_back(sentence_tokens(model, text, flags.text));
    condition.tokens = at::cat(all);
  } else if (request.text || model.info.tokens > 0) {
    condition.tokens = sentence_tokens(model, request.text.value_or(""), flags.text).repeat({n, 1});
  }
  if (!condition.attributes.defined() && takes_attributes)
    throw UsageError("this network draws by " + std::to_string(model.info.attributes) +
                         " numbers, and " + flags.attributes + " gave none",
                     recipe_of(model), flags.attributes + " 0,1,...: as in dataset.json");
  return condition;
}

}  // namespace gannet
