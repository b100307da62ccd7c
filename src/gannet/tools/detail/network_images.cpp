#include "gannet/tools/detail/network_images.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/maximum.h>

#include "gannet/base/error.h"
#include "gannet/data/fitted_samples.h"
#include "gannet/data/input_range.h"
#include "gannet/data/raw_samples.h"
#include "gannet/models/network_path.h"
#include "gannet/models/zoo.h"
#include "gannet/tensor/on_device.h"

namespace gannet {
namespace {

constexpr int64_t kMostClasses = 64;  // for which D's logit is computed, one by one

}  // namespace

std::string data_of_run(const Path& network, SourceOptions& source) {
  if (names_zoo(network)) return data_of_zoo(network);
  const Path folder = network_path(network).parent_path();
  std::error_code ignored;
  if (!std::filesystem::exists(folder / "options.json", ignored)) return "";
  const auto options = nlohmann::json::parse(read_text(folder / "options.json"), nullptr, false);
  if (options.is_discarded() || !options.is_object()) return "";
  if (const auto found = options.find("image-size");
      source.image_size < 0 && found != options.end())
    source.image_size =
        parse_image_size(found->is_string() ? found->get<std::string>() : found->dump())
            .value_or(-1);
  return options.value("data", "");
}

std::string discriminator_unusable(Model& model) {
  const DatasetInfo& info = model.info;
  const Net* D = model.gan->discriminator_net();
  if (D == nullptr) return "this network has none";
  if (!model.has_discriminator) return "the file was exported without it";
  const NetSpec& spec = D->spec();
  if (spec.nodes()[0].shape != info.dims) return "its input is several samples at once";
  for (const Node& node : spec.nodes()) {
    if (node.kind != Node::Kind::input || node.name == "x") continue;
    if (node.name == "labels" && info.classes_count() <= kMostClasses) continue;
    return "it needs the " + node.name + " of each image";
  }
  return "";
}

RealImages open_real_images(const std::string& source, const DatasetInfo& info,
                            SourceOptions options, int64_t limit, uint64_t seed) {
  options.image_size = -1;  // the network's
  options.files.value_range = range_option(info.value_range, options.files.value_range);
  const auto [data, notes] = open_samples_as(source, options, info.dims);
  if (data->info().dims != info.dims)
    throw Error("real images are " + to_string(data->info().dims) + ", the network's are " +
                    to_string(info.dims),
                source);
  return {data->name(),
          read_network_samples(
              *data, random_choice(data->size(), 0, limit,
                                   {.seed = seed, .purpose = Purpose::metric, .layer = 20})),
          notes};
}

Tensor discriminator_logits(Model& model, const Tensor& images) {
  Net& D = *model.gan->discriminator_net();
  const Tensor x = moved(images, model.gan->setup().tensor);
  const int64_t classes = D.spec().has_input("labels") ? model.info.classes_count() : 1;
  Tensor largest;
  for (int64_t k = 0; k < classes; ++k) {
    D.set_mode({});
    const Tensor labels = at::full({x.size(0)}, k, x.options().dtype(at::kLong));
    const Tensor logit = D(x, Condition{.labels = labels}).main.reshape({x.size(0), -1}).mean(1);
    largest = largest.defined() ? at::maximum(largest, logit) : logit;
  }
  return largest;
}

}  // namespace gannet
