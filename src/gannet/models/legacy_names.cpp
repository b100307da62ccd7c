#include "gannet/models/legacy_names.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "gannet/base/error.h"

namespace gannet {
namespace {

using nlohmann::json;

struct Alias {
  std::string_view old, now;
};

// Kinds of layers with weights or state: a tensor is called NET.KINDn.SLOT. Layer, instance and
// group normalization shared their weights' shapes but not their names.
constexpr Alias kLayers[] = {{"condnorm", "conditional_batch_norm"},
                             {"embed", "embedding"},
                             {"groupnorm", "group_norm"},
                             {"instancenorm", "instance_norm"},
                             {"layernorm", "group_norm"},
                             {"norm", "batch_norm"},
                             {"positions", "positional_embedding"},
                             {"reference", "keep_reference"},
                             {"up", "conv_transpose"},
                             {"virtualnorm", "virtual_batch_norm"},
                             {"widthdense", "linear"},
                             {"widthnorm", "layer_norm"}};

constexpr Alias kOptions[] = {{"by", "cond-type"}};
constexpr Alias kConditionTypes[] = {{"vector", "attributes"}};  // values of cond-type
constexpr Alias kProgress[] = {{"watched", "scalars"}};          // of the trainer's state
constexpr Alias kConditions[] = {{"image", "input_image"}, {"vector", "attributes"}};

std::string_view current(std::span<const Alias> table, std::string_view name) {
  const auto found = std::ranges::find(table, name, &Alias::old);
  return found == table.end() ? name : found->now;
}

// "up12" -> "conv_transpose12"
std::string current_layer(std::string_view name) {
  const size_t digits = name.find_last_not_of("0123456789") + 1;
  return std::string(current(kLayers, name.substr(0, digits))) + std::string(name.substr(digits));
}

json renamed_keys(const json& object, std::span<const Alias> table) {
  json renamed = json::object();
  for (const auto& [key, value] : object.items()) renamed[std::string(current(table, key))] = value;
  return renamed;
}

json parsed(const std::string& text, const char* key, std::string_view source) {
  json value = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded())
    throw Error("the metadata \"" + std::string(key) + "\" is not JSON", std::string(source));
  return value;
}

}  // namespace

std::string current_tensor_name(std::string_view name) {
  std::string renamed;
  for (size_t at = 0; at <= name.size();) {
    const size_t dot = std::min(name.find('.', at), name.size());
    if (at > 0) renamed += '.';
    renamed += current_layer(name.substr(at, dot - at));
    at = dot + 1;
  }
  return renamed;
}

json current_options(const json& options) {
  if (!options.is_object()) return options;
  json renamed = renamed_keys(options, kOptions);
  if (const auto type = renamed.find("cond-type"); type != renamed.end() && type->is_string())
    *type = std::string(current(kConditionTypes, type->get<std::string>()));
  return renamed;
}

void update_legacy_names(SafetensorsFile& file, std::string_view source) {
  const auto format = file.metadata.find("format");
  if (format == file.metadata.end() || format->second != kLegacyModelFormat) return;
  format->second = kModelFormat;
  for (TensorView& tensor : file.tensors) tensor.name = current_tensor_name(tensor.name);
  if (const auto at = file.metadata.find("options"); at != file.metadata.end())
    at->second = current_options(parsed(at->second, "options", source)).dump();
  const auto rename_keys = [&](const char* key, std::span<const Alias> table) {
    const auto at = file.metadata.find(key);
    if (at == file.metadata.end()) return;
    if (const json object = parsed(at->second, key, source); object.is_object())
      at->second = renamed_keys(object, table).dump();
  };
  rename_keys("conditions", kConditions);
  rename_keys("progress", kProgress);
}

}  // namespace gannet
