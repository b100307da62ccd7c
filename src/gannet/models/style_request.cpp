#include <ATen/TensorOperators.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/models/condition_request.h"
#include "gannet/models/detail/style_request.h"

namespace gannet {
namespace {

void check(const Model& model, const SampleRequest& request, const StyleRequest& style) {
  const std::vector<int64_t> sizes = model.gan->style_sizes();
  if (sizes.empty())
    throw UsageError("this network reads its latent in its first layer alone, and has no styles",
                     std::string(model.recipe->name),
                     "--cfg text2image has, and --cfg sngan --arch residual --cond");
  if (std::ranges::count(sizes, style.from) == 0)
    throw UsageError("this network has no maps of " + std::to_string(style.from) +
                         " rows that read a style, expected one of " + to_string(sizes),
                     "--style-from");
  for (const auto& [flag, label] : {std::pair<std::string, std::string>{"--class", request.label},
                                    {"--style-class", style.label}})
    if (!label.empty() && find_classes(model.info.classes, label, flag).size() > 1)
      throw UsageError("several classes in turn have no place in a table of styles",
                       flag + " " + label, "one class, or none: each seed draws its own");
  if (style.seeds.size() != request.seeds.size())
    throw Error(std::to_string(style.seeds.size()) + " seeds of styles for " +
                    std::to_string(request.seeds.size()) + " samples",
                "");
}

}  // namespace

FineStyle fine_style(const Model& model, const SampleRequest& request, int64_t first, int64_t n) {
  const StyleRequest& style = *request.style;
  check(model, request, style);
  const auto named = [](const std::string& own, const std::string& other) {
    return own.empty() ? other : own;
  };
  ConditionRequest wanted =
      condition_request(named(style.label, request.label), named(style.text, request.text),
                        named(style.attributes, request.attributes));
  wanted.first = request.first + first;
  const std::span<const uint64_t> seeds(style.seeds.data() + first, static_cast<size_t>(n));
  return {
      .z = latents_for_seeds(*model.gan, seeds) * request.truncation,
      .condition = condition_for_seeds(
          model, wanted, seeds,
          {.label = "--style-class", .text = "--style-text", .attributes = "--style-attributes"}),
      .from = style.from};
}

std::string idle_style(const Model& model, const SampleRequest& request) {
  if (!request.style) return "";
  const StyleRequest& style = *request.style;
  const Net* G = model.gan->generator_net();
  const bool same = !request.label.empty() && (style.label.empty() || style.label == request.label);
  if (G == nullptr || !same || reads_x_from(G->spec(), style.from)) return "";
  return "the styles of this network are its classes, and all are " + request.label +
         " here: --style-class";
}

}  // namespace gannet
