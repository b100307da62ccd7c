#include "gannet/models/model_file.h"

#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <cstdlib>

#include "gannet/base/error.h"
#include "gannet/models/legacy_names.h"
#include "gannet/tensor/on_device.h"

namespace gannet {

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

}  // namespace gannet
