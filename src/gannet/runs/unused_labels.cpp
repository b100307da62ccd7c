#include <algorithm>

#include "gannet/runs/detail/unused_labels.h"

namespace gannet {
namespace {

bool predicts(const Gan& gan, const std::string& output) {
  return std::ranges::any_of(gan.members(), [&](const Gan::Member& m) {
    return m.net->spec().outputs().contains(output);
  });
}

// Where the recipe has an option of this name, its value.
std::optional<std::string> value_of(Options& options, const std::string& name) {
  for (const FieldText& field : list_fields(options))
    if (field.name == name) return field.value;
  return std::nullopt;
}

// The options by which this kind of label is learned; "": none for this data.
std::string options_for(bool classes, Options& options, const DatasetInfo& info) {
  const std::string kind = classes ? "" : " --cond-type attributes";
  const bool has_kind = value_of(options, "cond-type").has_value();
  const std::optional<std::string> cond = value_of(options, "cond");
  if (cond && (classes || has_kind)) return "--cond" + kind;
  if (!cond && has_kind) return "--cond-type " + std::string(classes ? "class" : "attributes");
  if (info.is_audio()) return "--cfg wavegan --cond" + kind;
  if (info.is_video()) return classes ? "--cfg video --cond" : "";
  return "--cfg r3gan --cond" + kind;
}

}  // namespace

std::optional<std::string> unused_labels(const Recipe& recipe, Options& options, Gan& gan,
                                         const Dataset& data) {
  const DatasetInfo& info = data.info();
  if (recipe.image_to_image) return std::nullopt;
  const bool own_codes = gan.condition_info(info).classes != info.classes;
  const bool class_used = !own_codes && (gan.has_input("labels") || predicts(gan, "classes"));
  const bool attributes_used =
      !own_codes && (gan.has_input("attributes") || predicts(gan, "attributes"));
  const bool captions = info.tokens == 0 && !data.captions(0).empty();
  if (class_used || attributes_used || info.tokens > 0) return std::nullopt;
  std::string text, hint;
  const auto add = [&](const std::string& what, const std::string& by) {
    text += (text.empty() ? "" : " and ") + what;
    if (hint.empty()) hint = by;
  };
  if (!info.classes.empty())
    add(std::to_string(info.classes_count()) + " classes", options_for(true, options, info));
  if (info.attributes > 0)
    add(std::to_string(info.attributes) + " attributes", options_for(false, options, info));
  if (captions) add("captions", info.is_image() ? "--cfg text2image" : "");
  if (text.empty()) return std::nullopt;
  return text + " are there and not used" + (hint.empty() ? "" : ": " + hint + " learns them");
}

}  // namespace gannet
