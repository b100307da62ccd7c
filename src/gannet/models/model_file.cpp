#include "gannet/models/model_file.h"

#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "gannet/base/error.h"
#include "gannet/base/file_names.h"
#include "gannet/base/spelling.h"
#include "gannet/models/detail/columns_json.h"
#include "gannet/models/legacy_names.h"
#include "gannet/tensor/on_device.h"
#include "gannet/text/tokenizer.h"

namespace gannet {
namespace {

using nlohmann::json;

// The conditions that samples take, by name, and the size of each sample's.
json conditions(Gan& gan, const DatasetInfo& info) {
  json all = json::object();
  if (gan.has_input("labels")) all["labels"] = Shape{};
  if (gan.has_input("attributes")) all["attributes"] = Shape{info.attributes};
  if (info.tokens > 0) all["tokens"] = Shape{info.tokens};
  if (!info.input_image.empty()) all["input_image"] = info.input_image;
  return all;
}

bool is_whole_number(const std::string& name) {
  return !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
}

std::string first_names(const std::vector<std::string>& classes) {
  constexpr size_t kMostNamed = 30;
  std::string all;
  for (size_t i = 0; i < std::min(kMostNamed, classes.size()); ++i)
    all += (i == 0 ? "" : ", ") + classes[i];
  if (classes.size() > kMostNamed)
    all += " and " + std::to_string(classes.size() - kMostNamed) + " more";
  return all;
}

}  // namespace

Dtype dtype_of(const Tensor& x) {
  switch (x.scalar_type()) {
    case at::kFloat:
      return Dtype::F32;
    case at::kDouble:
      return Dtype::F64;
    case at::kLong:
      return Dtype::I64;
    case at::kByte:
      return Dtype::U8;
    case at::kBool:
      return Dtype::BOOL;
    default:
      throw Error("a model file cannot hold this type", toString(x.scalar_type()));
  }
}

Metadata model_metadata(std::string_view kind, const Recipe& recipe, Options& options,
                        const DatasetInfo& info, Gan& gan, int64_t images_seen) {
  Metadata m;
  m["format"] = kModelFormat;
  m["kind"] = kind;
  m["recipe"] = recipe.name;
  m["options"] = to_json(options).dump();
  m["shape"] = json(info.dims).dump();
  m["classes"] = json(info.classes).dump();
  m["range"] = info.is_points() ? "null" : "[-1, 1]";
  m["images_seen"] = std::to_string(images_seen);
  const json needed = conditions(gan, info);
  if (!needed.empty()) m["conditions"] = needed.dump();
  if (info.attribute_table && gan.has_input("attributes"))
    m["attributes"] = write_attributes(*info.attribute_table);
  if (info.is_points()) {
    json units = {{"mean", info.mean}, {"scale", info.scale}, {"columns", info.columns}};
    if (info.table) units["table"] = write_table_columns(*info.table);
    m["units"] = units.dump();
  }
  const auto add_range = [&m](const char* key, const std::optional<StoredRange>& range) {
    if (range) m[key] = json{range->values.low, range->values.high, range->white}.dump();
  };
  if (!info.input_image.empty() && info.image_scale > 0)
    m["image_scale"] = json(info.image_scale).dump();
  add_range("value_range", info.value_range);
  add_range("input_value_range", info.input_range);
  if (info.rate > 0) m["rate"] = json(info.rate).dump();
  if (info.tokenizer) m["tokenizer"] = info.tokenizer->write();
  return m;
}

const std::string& metadata_at(const Metadata& metadata, const std::string& key,
                               std::string_view source) {
  const auto found = metadata.find(key);
  if (found == metadata.end())
    throw Error("not a model file of Gannet: its metadata lacks \"" + key + "\"",
                std::string(source));
  return found->second;
}

json metadata_json(const Metadata& metadata, const std::string& key, std::string_view source) {
  const json value =
      json::parse(metadata_at(metadata, key, source), nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded())
    throw Error("the metadata \"" + key + "\" is not JSON", std::string(source));
  return value;
}

namespace {

std::optional<StoredRange> stored_range(const Metadata& metadata, const std::string& key,
                                        std::string_view source) {
  if (!metadata.count(key)) return {};
  const auto numbers = metadata_json(metadata, key, source).get<std::vector<double>>();
  const StoredRange range{{numbers.at(0), numbers.at(1)}, numbers.at(2)};
  if (!std::isfinite(range.values.low) || !std::isfinite(range.values.high) ||
      !(range.white >= 1 && range.white <= 4294967295.0))
    throw Error("the range of values in the metadata is not one", std::string(source));
  return range;
}

void read_conditions(const Metadata& metadata, std::string_view source, DatasetInfo& info) {
  const json conditions =
      metadata.count("conditions") ? metadata_json(metadata, "conditions", source) : json();
  for (const auto& [name, size] : conditions.items()) {
    const Shape dims = size.get<Shape>();
    if (name == "attributes") info.attributes = dims.at(0);
    if (name == "tokens") info.tokens = dims.at(0);
    if (name == "input_image") info.input_image = dims;
  }
}

// What the keys say, unchecked.
DatasetInfo read_info(const Metadata& metadata, std::string_view source) {
  DatasetInfo info;
  try {
    info.dims = metadata_json(metadata, "shape", source).get<Shape>();
    info.classes = metadata_json(metadata, "classes", source).get<std::vector<std::string>>();
    if (metadata.count("rate")) info.rate = metadata_json(metadata, "rate", source).get<double>();
    if (metadata.count("units")) {
      const json units = metadata_json(metadata, "units", source);
      info.mean = units.at("mean").get<std::vector<double>>();
      info.scale = units.at("scale").get<std::vector<double>>();
      info.columns = units.at("columns").get<std::vector<std::string>>();
      if (units.contains("table"))
        info.table = read_table_columns(units["table"], info.mean.size());
    }
    if (metadata.count("image_scale"))
      info.image_scale = metadata_json(metadata, "image_scale", source).get<double>();
    info.value_range = stored_range(metadata, "value_range", source);
    info.input_range = stored_range(metadata, "input_value_range", source);
    read_conditions(metadata, source, info);
    if (metadata.count("attributes"))
      info.attribute_table = read_attributes(metadata_json(metadata, "attributes", source));
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {  // of JSON, or a size that is not there
    throw Error(
        "shape, classes, rate, units, attributes or conditions of the metadata are not as expected",
        std::string(source));
  }
  return info;
}

// Throws Error for sizes and units that no samples have.
void check_info(const DatasetInfo& info, std::string_view source) {
  const auto usual = [](int64_t size) { return size >= 1 && size <= 1 << 20; };
  if (info.dims.empty() || info.dims.size() > 4 || !std::ranges::all_of(info.dims, usual) ||
      std::abs(static_cast<double>(count(info.dims))) > 1e8 || info.classes.size() > 1 << 20)
    throw Error("the shape " + to_string(info.dims) + " is not one of samples",
                std::string(source));
  const auto bounded = [](int64_t size) { return size >= 0 && size <= 1 << 20; };
  if (!bounded(info.attributes) || !bounded(info.tokens) || info.input_image.size() > 3 ||
      !std::ranges::all_of(info.input_image, usual) ||
      std::abs(static_cast<double>(count(info.input_image))) > 1e8)
    throw Error("the conditions are not those of samples", std::string(source));
  if (!(info.image_scale >= 0 && info.image_scale <= 1e6))
    throw Error("the scale of images in the metadata is not one", std::string(source));
  const auto finite = [](double x) { return std::isfinite(x); };
  if (info.is_points() &&
      (info.mean.size() != static_cast<size_t>(info.dims[0]) ||
       info.scale.size() != info.mean.size() || !std::ranges::all_of(info.mean, finite) ||
       !std::ranges::all_of(info.scale, finite)))
    throw Error("the units are not those of " + std::to_string(info.dims[0]) + " columns",
                std::string(source));
}

}  // namespace

DatasetInfo info_from_metadata(const Metadata& metadata, std::string_view source) {
  DatasetInfo info = read_info(metadata, source);
  if (info.attribute_table && info.attribute_table->width() != info.attributes)
    throw Error("the attributes are not those of the conditions", std::string(source));
  if (info.tokens > 0) {
    info.tokenizer = std::make_shared<const Tokenizer>(
        Tokenizer::read(metadata_at(metadata, "tokenizer", source), source));
    info.vocabulary = info.tokenizer->size();
  }
  check_info(info, source);
  return info;
}

NamedTensors network_tensors(Gan& gan) {
  NamedTensors all;
  for (Net* net : gan.nets()) {
    for (const Slot& slot : net->slots())
      all.emplace_back(net->name() + "." + slot.name, Net::view(net->parameters, slot));
    for (const Slot& slot : net->state_slots())
      all.emplace_back(net->name() + "." + slot.name, Net::view(net->state, slot));
  }
  return all;
}

void write_model(const Path& path, const Metadata& metadata, const NamedTensors& tensors) {
  std::vector<Tensor> kept;  // contiguous on the CPU while their bytes are viewed
  std::vector<TensorView> views;
  for (const auto& [name, tensor] : tensors) {
    kept.push_back(tensor.to(at::kCPU).contiguous());
    const Tensor& x = kept.back();
    views.push_back({name,
                     dtype_of(x),
                     {x.sizes().begin(), x.sizes().end()},
                     {static_cast<const std::byte*>(x.const_data_ptr()), x.nbytes()}});
  }
  write_safetensors(path, metadata, views);
}

SafetensorsFile read_model_file(ByteSpan bytes, const std::string& kind, std::string_view source,
                                const std::string& hint) {
  SafetensorsFile file = read_safetensors(bytes, source, Checksum::required);
  update_legacy_names(file, source);
  const std::string where(source);
  if (const std::string& format = metadata_at(file.metadata, "format", source);
      format != kModelFormat)
    throw Error("the format is " + format + ", expected " + std::string(kModelFormat), where,
                format.starts_with("gannet-classifier")
                    ? "a classifier of `gannet fool` draws nothing"
                    : "a newer gannet may read it");
  if (const std::string& found = metadata_at(file.metadata, "kind", source);
      !kind.empty() && found != kind)
    throw Error("this is a " + found + " file, expected a " + kind + " file", where, hint);
  return file;
}

void read_into(const SafetensorsFile& file, const NamedTensors& tensors, std::string_view source) {
  std::map<std::string_view, const TensorView*> found;
  for (const TensorView& view : file.tensors) found[view.name] = &view;
  const std::string where(source);
  for (const auto& [name, tensor] : tensors) {
    const auto at = found.find(name);
    if (at == found.end()) throw Error("the tensor " + name + " is missing", where);
    const TensorView& view = *at->second;
    const Shape expected(tensor.sizes().begin(), tensor.sizes().end());
    if (view.shape != expected || view.dtype != dtype_of(tensor))
      throw Error("the tensor " + name + " is " + std::string(dtype_name(view.dtype)) + " " +
                      to_string(view.shape) + ", expected " +
                      std::string(dtype_name(dtype_of(tensor))) + " " + to_string(expected),
                  where);
    found.erase(at);
  }
  if (!found.empty())
    throw Error("the tensor " + std::string(found.begin()->first) +
                    " does not belong to this recipe and its options",
                where);
  // Only now is anything changed.
  for (const TensorView& view : file.tensors) {
    const auto at = std::ranges::find(tensors, view.name, &NamedTensors::value_type::first);
    std::vector<std::byte> aligned(view.bytes.begin(), view.bytes.end());
    at->second.copy_(
        at::from_blob(aligned.data(), at->second.sizes(), at->second.options().device(at::kCPU)));
  }
}

Model open_model(const Path& path, const std::string& device) {
  const Bytes bytes = read_file(path);
  const std::string source = path.string();
  const SafetensorsFile file =
      read_model_file(bytes, "network", source, "network-*.safetensors of the same run");
  const Metadata& m = file.metadata;
  Model model;
  try {
    model.recipe = &find_recipe(metadata_at(m, "recipe", source));
    model.options = model.recipe->options();
    from_json(*model.options, metadata_json(m, "options", source), source);
  } catch (const UsageError& error) {  // what is wrong is the file, not the command
    throw Error(std::string(error.what()), source, error.hint());
  }
  model.info = info_from_metadata(m, source);
  model.images_seen = std::strtoll(metadata_at(m, "images_seen", source).c_str(), nullptr, 10);
  model.gan = make_gan(*model.recipe, *model.options, model.info,
                       {.seed = model.options->seed, .tensor = tensors_on(device)});
  read_into(file, network_tensors(*model.gan), source);
  return model;
}

void require_latent(const Model& model, const Path& file, bool no_text) {
  if (model.recipe->image_to_image)
    throw Error("this network draws from input images, not from a latent", file.string());
  if (const Shape latent = model.gan->latent(); latent.empty() || count(latent) == 0)
    throw Error("this network draws from no latent", file.string());
  if (no_text && model.info.tokens > 0)
    throw Error("this network draws from sentences, not from a latent alone", file.string());
}

int64_t find_class(const std::vector<std::string>& classes, const std::string& label,
                   const std::string& option) {
  const std::string name = display_name(label);
  if (const auto found = std::ranges::find(classes, name, display_name); found != classes.end())
    return found - classes.begin();
  // Where names are numbers, a number is a name: class 0 of folders 1 to 12 is not folder 1.
  const bool named_by_numbers = std::ranges::any_of(classes, is_whole_number);
  int64_t number = -1;
  const auto [end, error] = std::from_chars(label.data(), label.data() + label.size(), number);
  if (!named_by_numbers && error == std::errc() && end == label.data() + label.size() &&
      number >= 0 && number < static_cast<int64_t>(classes.size()))
    return number;
  const std::string near = closest_name(name, classes);
  throw UsageError(named_by_numbers ? "unknown class, expected a name"
                                    : "unknown class, expected a name or 0 to " +
                                          std::to_string(classes.size() - 1),
                   option + " " + name,
                   near.empty() || named_by_numbers ? "the classes are " + first_names(classes)
                                                    : "did you mean " + near + "?");
}

std::vector<int64_t> find_classes(const std::vector<std::string>& classes,
                                  const std::string& labels, const std::string& option) {
  if (std::ranges::find(classes, labels) != classes.end() ||
      labels.find_first_of(",-") == std::string::npos)
    return {find_class(classes, labels, option)};
  std::vector<int64_t> all;
  for (size_t at = 0; at <= labels.size();) {
    const size_t end = std::min(labels.find(',', at), labels.size());
    const std::string part = labels.substr(at, end - at);
    at = end + 1;
    const size_t dash = part.find('-');
    const bool range = dash != std::string::npos && dash > 0 && dash + 1 < part.size() &&
                       part.find_first_not_of("0123456789-") == std::string::npos &&
                       std::ranges::find(classes, part) == classes.end();
    const int64_t from = find_class(classes, range ? part.substr(0, dash) : part, option);
    const int64_t to = range ? find_class(classes, part.substr(dash + 1), option) : from;
    if (to < from) throw UsageError("expected classes that ascend", option + " " + part);
    for (int64_t k = from; k <= to; ++k) all.push_back(k);
  }
  return all;
}

}  // namespace gannet
