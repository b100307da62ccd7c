#include "gannet/models/model_file.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "gannet/base/error.h"
#include "gannet/models/legacy_names.h"
#include "gannet/models/zoo.h"
#include "gannet/tensor/on_device.h"

namespace gannet {

using nlohmann::json;

Dtype dtype_of(const Tensor& x) {
  switch (x.scalar_type()) {
    case at::kFloat:
      return Dtype::F32;
    case at::kHalf:
      return Dtype::F16;
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

void write_model(const Path& path, const Metadata& metadata, const NamedTensors& tensors,
                 const std::function<void()>& after_piece) {
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
  write_safetensors(path, metadata, views, after_piece);
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
                : format.starts_with("gannet-feature-net")
                    ? "a feature net draws nothing: gannet eval --features takes it"
                    : "a newer gannet may read it");
  if (const std::string& found = metadata_at(file.metadata, "kind", source);
      !kind.empty() && found != kind)
    throw Error("this is a " + found + " file, expected a " + kind + " file", where, hint);
  return file;
}

std::string net_of(const std::string& tensor) { return tensor.substr(0, tensor.find('.')); }

bool fits(const TensorView& view, const Tensor& tensor) {
  const Dtype type = dtype_of(tensor);
  return view.shape == Shape(tensor.sizes().begin(), tensor.sizes().end()) &&
         (view.dtype == type || (view.dtype == Dtype::F16 && type == Dtype::F32));
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
    if (!fits(view, tensor))
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
    const auto type = view.dtype == Dtype::F16 ? at::kHalf : at->second.scalar_type();
    at->second.copy_(at::from_blob(aligned.data(), at->second.sizes(), at::TensorOptions(type)));
  }
}

namespace {

// The nets of a file that was exported without the rest; all where it says nothing.
std::set<std::string> nets_in(const Metadata& metadata, Gan& gan, const std::string& source) {
  std::set<std::string> all;
  for (Net* net : gan.nets()) all.insert(net->name());
  if (!metadata.count("nets")) return all;
  const json named = metadata_json(metadata, "nets", source);
  std::set<std::string> nets;
  if (named.is_array())
    for (const json& name : named)
      if (name.is_string() && all.contains(name.get<std::string>())) nets.insert(name);
  const Net* D = gan.discriminator_net();
  for (const std::string& name : all)
    if (!nets.contains(name) && !nets.contains(name + "_ema") && !name.ends_with("_ema") &&
        (D == nullptr || name != D->name()))
      throw Error("the metadata \"nets\" lacks " + name, source);
  if (nets.size() != named.size()) throw Error("the metadata \"nets\" is not as expected", source);
  return nets;
}

// Weights that a file leaves out are those of the average.
void fill_from_averages(Gan& gan, const std::set<std::string>& there) {
  std::map<std::string, Net*> of;
  for (Net* net : gan.nets()) of[net->name()] = net;
  for (const auto& [name, net] : of) {
    const auto average = of.find(name + "_ema");
    if (there.contains(name) || average == of.end()) continue;
    net->parameters.copy_(average->second->parameters);
    net->state.copy_(average->second->state);
  }
}

}  // namespace

Model open_model(const Path& path, const std::string& device) {
  const Bytes bytes = read_network_file(path);
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
  const std::set<std::string> there = nets_in(m, *model.gan, source);
  NamedTensors wanted = network_tensors(*model.gan);
  std::erase_if(wanted, [&](const auto& tensor) { return !there.contains(net_of(tensor.first)); });
  read_into(file, wanted, source);
  const at::NoGradGuard no_grad;
  fill_from_averages(*model.gan, there);
  const Net* D = model.gan->discriminator_net();
  model.has_discriminator = D == nullptr || there.contains(D->name());
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
