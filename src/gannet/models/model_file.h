// Model files: safetensors whose metadata holds the recipe, its options and the data's shape. Two
// kinds: a network (what sampling needs) and a state (what a resume needs).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/formats/safetensors.h"
#include "gannet/recipes/recipes.h"

namespace gannet {

using Metadata = std::map<std::string, std::string>;
using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

// The keys that every model file has: format, kind, recipe, options, shape, classes, range,
// images_seen, and conditions, attributes, units, rate, image_scale, value_range and
// input_value_range ([low, high, white]: StoredRange) where they apply.
Metadata model_metadata(std::string_view kind, const Recipe& recipe, Options& options,
                        const DatasetInfo& info, Gan& gan, int64_t images_seen);
DatasetInfo info_from_metadata(const Metadata& metadata, std::string_view source);

// Weights and state of all nets, by name.
NamedTensors network_tensors(Gan& gan);

// `after_piece` is write_safetensors()'s.
void write_model(const Path& path, const Metadata& metadata, const NamedTensors& tensors,
                 const std::function<void()>& after_piece = {});

// The type of a tensor in a file. Throws Error for one that files do not have.
Dtype dtype_of(const Tensor& x);

// The tensors, as views of `bytes`, and metadata of a file of `kind` ("network", "state", or "" for
// both), with today's names (legacy_names.h). Throws Error for any other file, with `hint` where it
// is of the other kind.
SafetensorsFile read_model_file(ByteSpan bytes, const std::string& kind, std::string_view source,
                                const std::string& hint);

// "G_ema" of the tensor G_ema.dense1.weight.
std::string net_of(const std::string& tensor);

// Has a file's tensor the shape and type of this one, or its shape in half precision?
bool fits(const TensorView& view, const Tensor& tensor);

// Copies a file's tensors into these; half precision is widened. Throws Error naming the first one
// that is missing, extra, or of another shape or type.
void read_into(const SafetensorsFile& file, const NamedTensors& tensors, std::string_view source);

// A network file, opened: its networks, ready to draw.
struct Model {
  const Recipe* recipe;
  std::unique_ptr<Options> options;
  DatasetInfo info;
  std::unique_ptr<Gan> gan;
  int64_t images_seen = 0;
  bool has_discriminator = true;  // false: of a file without it (export.h); its weights are not set
};
// On a device (tensor/device.h). Throws Error for anything but a whole network file of a known
// recipe.
Model open_model(const Path& path, const std::string& device = "auto");

// Throws Error where samples need an input image, or draw from no latent; with `no_text` also where
// they need a sentence.
void require_latent(const Model& model, const Path& file, bool no_text = false);

// A class by name, or by number where the names are no numbers themselves. Throws UsageError naming
// `option` and the nearest known name.
int64_t find_class(const std::vector<std::string>& classes, const std::string& label,
                   const std::string& option);

// One class, or several: "3,4", "0-9", "cat,dog". A name may have commas in it.
std::vector<int64_t> find_classes(const std::vector<std::string>& classes,
                                  const std::string& labels, const std::string& option);

// A key of the metadata, and one of them as JSON. Throws Error naming key and file.
const std::string& metadata_at(const Metadata& metadata, const std::string& key,
                               std::string_view source);
nlohmann::json metadata_json(const Metadata& metadata, const std::string& key,
                             std::string_view source);

}  // namespace gannet
