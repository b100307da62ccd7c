// The metadata of a model file: recipe, options, and what its samples are.
#include <algorithm>
#include <cmath>

#include "gannet/base/error.h"
#include "gannet/models/detail/columns_json.h"
#include "gannet/models/legacy_names.h"
#include "gannet/models/model_file.h"
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

}  // namespace

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
  if (const std::vector<int64_t> styles = gan.style_sizes(); !styles.empty())
    m["styles"] = json(styles).dump();
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

}  // namespace gannet
