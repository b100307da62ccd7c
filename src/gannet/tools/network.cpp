#include "gannet/tools/network.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "gannet/base/error.h"
#include "gannet/formats/columns.h"
#include "gannet/models/model_file.h"
#include "gannet/models/zoo.h"

namespace gannet {
namespace {

using nlohmann::json;

// The JSON at the front of a safetensors file.
json read_header(const Path& file) {
  constexpr uint64_t kMost = uint64_t{1} << 24;
  std::ifstream disk(file, std::ios::binary);
  std::istringstream zoo;
  if (names_zoo(file)) {
    const ByteSpan bytes = zoo_network(file);
    zoo.str({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  std::istream& in = names_zoo(file) ? static_cast<std::istream&>(zoo) : disk;
  unsigned char size[8] = {};
  in.read(reinterpret_cast<char*>(size), 8);
  uint64_t bytes = 0;
  for (int i = 7; i >= 0; --i) bytes = bytes << 8 | size[i];
  std::string text(in && bytes <= kMost ? bytes : 0, ' ');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  json header = json::parse(in ? text : "", nullptr, false);
  if (!header.is_object() || !header.contains("__metadata__"))
    throw Error("not a network file of Gannet", file.string());
  return header;
}

Metadata metadata_of(const json& header, const Path& file) {
  Metadata metadata;
  for (const auto& [key, value] : header["__metadata__"].items())
    if (value.is_string()) metadata[key] = value.get<std::string>();
  if (metadata_at(metadata, "kind", file.string()) != "network")
    throw Error("not a network file", file.string());
  return metadata;
}

void read_tensors(const json& header, NetworkAbout& about) {
  int64_t raw = 0, averaged = 0;
  for (const auto& [name, tensor] : header.items()) {
    if (name.starts_with("D.")) about.discriminator = true;
    if (name == "__metadata__" || !tensor.contains("shape")) continue;
    const int64_t size = count(tensor["shape"].get<Shape>());
    if (name.starts_with("G.")) raw += size;
    if (name.starts_with("G_ema.")) averaged += size;
  }
  about.parameters = averaged > 0 ? averaged : raw;
}

// Is number k of the table's rows 0 or 1 in each, in its own units?
bool is_yes_or_no(const AttributeTable& table, size_t k) {
  const auto width = static_cast<size_t>(table.width());
  bool all = !table.rows.empty();
  for (size_t at = k; at < table.rows.size(); at += width) {
    const double x = table.rows[at] * table.scale[k] + table.mean[k];
    all &= std::abs(x) < 1e-3 || std::abs(x - 1) < 1e-3;
  }
  return all;
}

void read_attributes_of(const AttributeTable& table, NetworkAbout& about) {
  size_t at = 0;
  for (const Column& column : table.columns) {
    const auto width = static_cast<size_t>(column.width());
    if (width == 0) continue;
    NetworkAttribute each{.name = column.name, .kind = "number", .words = column.words};
    if (column.kind == ColumnKind::yes_no) each.kind = "yes_no";
    if (column.kind == ColumnKind::words) each.kind = "words";
    if (column.kind == ColumnKind::number && is_yes_or_no(table, at))
      each.kind = "yes_no", each.words = {"0", "1"};
    else if (column.kind == ColumnKind::number)
      each.mean = table.mean[at], each.scale = table.scale[at];
    about.attributes.push_back(std::move(each));
    at += width;
  }
}

std::string kind_of_network(const DatasetInfo& info) {
  if (info.is_image()) return "image";
  if (info.is_audio()) return "audio";
  if (info.is_video()) return "video";
  return info.table ? "table" : "points";
}

}  // namespace

NetworkAbout network_about(const Path& file) try {
  const json header = read_header(file);
  const Metadata metadata = metadata_of(header, file);
  const DatasetInfo info = info_from_metadata(metadata, file.string());
  NetworkAbout about{.recipe = metadata_at(metadata, "recipe", file.string()),
                     .kind = kind_of_network(info),
                     .shape = info.dims};
  about.options = metadata_json(metadata, "options", file.string());
  about.metadata = metadata;
  about.metrics = metrics_of_metadata(metadata.contains("metrics") ? metadata.at("metrics") : "");
  const Recipe& recipe = find_recipe(about.recipe);
  const json conditions = metadata.contains("conditions")
                              ? metadata_json(metadata, "conditions", file.string())
                              : json();
  if (conditions.contains("labels")) about.classes = info.classes;
  if (conditions.contains("attributes") && info.attribute_table)
    read_attributes_of(*info.attribute_table, about);
  about.text = conditions.contains("tokens");
  if (recipe.image_to_image) {
    about.input_shape = info.input_image;
    const int64_t scale = info.input_image.size() == 3 ? info.dims.at(1) / info.input_image[1] : 0;
    about.input_scale = scale > 1 ? scale : 0;
  } else {
    about.latent = about.options.value("nz", int64_t{0});
  }
  if (metadata.contains("styles"))
    about.styles = metadata_json(metadata, "styles", file.string()).get<std::vector<int64_t>>();
  about.images_seen = std::atoll(metadata_at(metadata, "images_seen", file.string()).c_str());
  about.bytes = network_file_size(file);
  read_tensors(header, about);
  return about;
} catch (const json::exception&) {
  throw Error("not a network file of Gannet", file.string());
} catch (const std::filesystem::filesystem_error&) {
  throw Error("not a file that can be read", file.string());
}

std::vector<std::string> zoo_networks() {
  std::vector<std::string> names = zoo_names();
  for (std::string& name : names) name.insert(0, "zoo:");
  return names;
}

int64_t network_file_size(const Path& file) {
  if (names_zoo(file)) return static_cast<int64_t>(zoo_network(file).size());
  std::error_code failed;
  const auto size = std::filesystem::file_size(file, failed);
  return failed ? 0 : static_cast<int64_t>(size);
}

}  // namespace gannet
