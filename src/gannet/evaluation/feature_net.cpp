#include "gannet/evaluation/feature_net.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/evaluation/detail/shipped_weights.h"
#include "gannet/formats/checksum.h"
#include "gannet/models/model_file.h"
#include "gannet/tensor/on_device.h"

namespace gannet {
namespace {

using nlohmann::json;

constexpr const char* kFormat = "gannet-feature-net-1";
constexpr int64_t kBlock = 128, kSmallestSide = 4;

NamedTensors tensors_of(const Net& net) {
  NamedTensors all;
  for (const Slot& slot : net.slots()) all.emplace_back(slot.name, Net::view(net.parameters, slot));
  for (const Slot& slot : net.state_slots())
    all.emplace_back(slot.name, Net::view(net.state, slot));
  return all;
}

template <class T>
T number_at(const Metadata& metadata, const std::string& key, std::string_view source) {
  const json value = metadata_json(metadata, key, source);
  if (!value.is_number())
    throw Error("metadata '" + key + "' is no number", std::string(source), "not a feature net?");
  return value.get<T>();
}

FeatureNetInfo info_of(const Metadata& metadata, std::string_view source) {
  const auto text = [&](const char* key) { return metadata_at(metadata, key, source); };
  FeatureNetInfo info{.data = text("data"),
                      .train_hash = text("train_hash"),
                      .test_hash = text("test_hash"),
                      .width = number_at<int64_t>(metadata, "width", source),
                      .features = number_at<int64_t>(metadata, "features", source),
                      .test_accuracy = number_at<double>(metadata, "test_accuracy", source),
                      .test_images = number_at<int64_t>(metadata, "test_images", source),
                      .steps = number_at<int64_t>(metadata, "steps", source),
                      .batch = number_at<int64_t>(metadata, "batch", source),
                      .seed = number_at<uint64_t>(metadata, "seed", source)};
  try {
    info.dims = metadata_json(metadata, "shape", source).get<Shape>();
    info.classes = metadata_json(metadata, "classes", source).get<std::vector<std::string>>();
  } catch (const json::exception&) {
    throw Error("metadata 'shape' or 'classes' is no list", std::string(source));
  }
  const auto between = [&](int64_t value, int64_t most) { return value >= 1 && value <= most; };
  if (info.dims.size() != 3 || info.classes.size() < 2 || !between(info.width, 1024) ||
      !between(info.features, 65536))
    throw Error("expected images [C, H, W], two classes or more, width and features",
                std::string(source), "not a feature net?");
  return info;
}

FeatureNet open_bytes(ByteSpan bytes, const std::string& source, const std::string& device) {
  const SafetensorsFile file = read_safetensors(bytes, source, Checksum::required);
  const auto format = file.metadata.find("format");
  if (format == file.metadata.end() || format->second != kFormat)
    throw Error("not a feature net of Gannet", source,
                "gannet classifier --data SRC --out FILE trains one");
  FeatureNetInfo info = info_of(file.metadata, source);
  auto net =
      std::make_unique<Net>(feature_net_spec(info.dims, static_cast<int64_t>(info.classes.size()),
                                             info.width, info.features),
                            0, 0, tensors_on(device));
  read_into(file, tensors_of(*net), source);
  return {std::move(info), std::move(net), "sha256:" + sha256_hex(bytes)};
}

}  // namespace

NetSpec feature_net_spec(const Shape& dims, int64_t classes, int64_t width, int64_t features) {
  NetSpec net("C", dims);
  const auto block = [&](int64_t channels) { net.conv(channels, 3).batch_norm().relu(); };
  const auto longer = [&] { return std::max(net.shape()[1], net.shape()[2]); };
  block(width);
  net.conv_down(2 * width).batch_norm().relu();
  block(4 * width);
  for (int64_t channels = 4 * width; longer() > 2 * kSmallestSide; channels = 8 * width)
    net.conv_down(channels).batch_norm().relu();
  block(8 * width);
  if (longer() > kSmallestSide) net.max_pool();
  net.dense(features).relu().output("features");
  return net.dense(classes);
}

FeatureNet::FeatureNet(FeatureNetInfo info, std::unique_ptr<Net> net, std::string hash)
    : info_(std::move(info)), net_(std::move(net)), hash_(std::move(hash)) {}

FeatureNet::Result FeatureNet::operator()(const Tensor& images) const {
  check_shape(images, {-1, info_.dims[0], info_.dims[1], info_.dims[2]}, "images");
  const at::NoGradGuard no_grad;
  const int64_t n = images.size(0);
  const Tensor features = at::empty({n, info_.features}, at::kFloat);
  const Tensor scores = at::empty({n, static_cast<int64_t>(info_.classes.size())}, at::kFloat);
  net_->set_mode({});
  for (int64_t from = 0; from < n; from += kBlock) {
    const int64_t to = std::min(from + kBlock, n);
    const Tensor part = images.slice(0, from, to);
    // The network's range. A block is of one size: float32 results of small ones differ.
    const Tensor x = part.scalar_type() == at::kByte ? part.to(at::kFloat) / 127.5 - 1
                                                     : (part * 2 - 1).to(at::kFloat);
    const Outputs out = (*net_)(moved(pad_batch(x, kBlock), net_->parameters.options()));
    features.slice(0, from, to).copy_(out["features"].slice(0, 0, to - from));
    scores.slice(0, from, to).copy_(out.main.slice(0, 0, to - from));
  }
  return {features, scores};
}

void write_feature_net(const Path& path, const FeatureNetInfo& info, const Net& net) {
  write_model(path,
              {{"format", kFormat},
               {"data", info.data},
               {"train_hash", info.train_hash},
               {"test_hash", info.test_hash},
               {"shape", json(info.dims).dump()},
               {"classes", json(info.classes).dump()},
               {"width", std::to_string(info.width)},
               {"features", std::to_string(info.features)},
               {"test_accuracy", json(info.test_accuracy).dump()},
               {"test_images", std::to_string(info.test_images)},
               {"steps", std::to_string(info.steps)},
               {"batch", std::to_string(info.batch)},
               {"seed", std::to_string(info.seed)}},
              tensors_of(net));
}

FeatureNet open_feature_net(const Path& path, const std::string& device) {
  return open_bytes(read_file(path), path.string(), device);
}

std::vector<std::string> shipped_feature_nets() {
  std::vector<std::string> names;
  for (const ShippedFile& one : shipped_weights()) names.emplace_back(one.name);
  return names;
}

FeatureNet shipped_feature_net(std::string_view name, const std::string& device) {
  for (const ShippedFile& one : shipped_weights())
    if (one.name == name) return open_bytes(one.bytes, std::string(name), device);
  throw Error("no feature net of this name is part of Gannet", std::string(name));
}

}  // namespace gannet
