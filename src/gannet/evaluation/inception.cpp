#include "gannet/evaluation/inception.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/upsample_bilinear2d.h>

#include <algorithm>
#include <functional>

#include "gannet/base/error.h"
#include "gannet/formats/checksum.h"
#include "gannet/models/model_file.h"
#include "gannet/tensor/on_device.h"

namespace gannet {
namespace {

constexpr const char* kFormat = "gannet-inception-1";
constexpr int64_t kSide = 299;
constexpr double kEpsilon = 1e-3;  // of batch norms

// A convolution without bias, batch norm and ReLU.
struct Conv {
  std::string name;
  int64_t in, out, height, width, stride = 1, pad_height = 0, pad_width = 0;
};

// "1x1", "3x3", ... with the padding that keeps the sides.
Conv same(std::string name, int64_t in, int64_t out, int64_t height, int64_t width) {
  return {std::move(name), in, out, height, width, 1, height / 2, width / 2};
}
Conv conv1(std::string name, int64_t in, int64_t out) {
  return same(std::move(name), in, out, 1, 1);
}
Conv conv3(std::string name, int64_t in, int64_t out, int64_t stride = 1, int64_t pad = 0) {
  return {std::move(name), in, out, 3, 3, stride, pad, pad};
}

enum class Pool { average, maximum, none };  // of a block's last branch, followed by a 1x1

// A block: branches from its input, joined along the channels. The last convolution of a branch may
// be two side by side (`split`).
struct Branch {
  std::vector<Conv> convs, split;
  Pool pool = Pool::none;
  bool strided_pool = false;  // the branch is a maximum over 3x3 with stride 2 alone
};
struct InceptionBlock {
  std::string name;
  std::vector<Branch> branches;
};

InceptionBlock block_a(const std::string& name, int64_t in, int64_t pool) {
  return {name,
          {{{conv1("branch1x1", in, 64)}},
           {{conv1("branch5x5_1", in, 48), same("branch5x5_2", 48, 64, 5, 5)}},
           {{conv1("branch3x3dbl_1", in, 64), same("branch3x3dbl_2", 64, 96, 3, 3),
             same("branch3x3dbl_3", 96, 96, 3, 3)}},
           {{conv1("branch_pool", in, pool)}, {}, Pool::average}}};
}

InceptionBlock block_b(const std::string& name, int64_t in) {
  return {name,
          {{{conv3("branch3x3", in, 384, 2)}},
           {{conv1("branch3x3dbl_1", in, 64), same("branch3x3dbl_2", 64, 96, 3, 3),
             conv3("branch3x3dbl_3", 96, 96, 2)}},
           {{}, {}, Pool::maximum, true}}};
}

InceptionBlock block_c(const std::string& name, int64_t in, int64_t c) {
  return {name,
          {{{conv1("branch1x1", in, 192)}},
           {{conv1("branch7x7_1", in, c), same("branch7x7_2", c, c, 1, 7),
             same("branch7x7_3", c, 192, 7, 1)}},
           {{conv1("branch7x7dbl_1", in, c), same("branch7x7dbl_2", c, c, 7, 1),
             same("branch7x7dbl_3", c, c, 1, 7), same("branch7x7dbl_4", c, c, 7, 1),
             same("branch7x7dbl_5", c, 192, 1, 7)}},
           {{conv1("branch_pool", in, 192)}, {}, Pool::average}}};
}

InceptionBlock block_d(const std::string& name, int64_t in) {
  return {name,
          {{{conv1("branch3x3_1", in, 192), conv3("branch3x3_2", 192, 320, 2)}},
           {{conv1("branch7x7x3_1", in, 192), same("branch7x7x3_2", 192, 192, 1, 7),
             same("branch7x7x3_3", 192, 192, 7, 1), conv3("branch7x7x3_4", 192, 192, 2)}},
           {{}, {}, Pool::maximum, true}}};
}

InceptionBlock block_e(const std::string& name, int64_t in, Pool pool) {
  const auto pair = [](const std::string& first, const std::string& second) {
    return std::vector{same(first, 384, 384, 1, 3), same(second, 384, 384, 3, 1)};
  };
  return {name,
          {{{conv1("branch1x1", in, 320)}},
           {{conv1("branch3x3_1", in, 384)}, pair("branch3x3_2a", "branch3x3_2b")},
           {{conv1("branch3x3dbl_1", in, 448), same("branch3x3dbl_2", 448, 384, 3, 3)},
            pair("branch3x3dbl_3a", "branch3x3dbl_3b")},
           {{conv1("branch_pool", in, 192)}, {}, pool}}};
}

const std::vector<Conv>& stem() {
  static const std::vector<Conv> convs = {
      conv3("Conv2d_1a_3x3", 3, 32, 2), conv3("Conv2d_2a_3x3", 32, 32),
      conv3("Conv2d_2b_3x3", 32, 64, 1, 1),                              // then a pool
      conv1("Conv2d_3b_1x1", 64, 80), conv3("Conv2d_4a_3x3", 80, 192)};  // and another
  return convs;
}

std::vector<InceptionBlock> blocks(InceptionVariant variant) {
  std::vector<InceptionBlock> all = {block_a("Mixed_5b", 192, 32),  block_a("Mixed_5c", 256, 64),
                                     block_a("Mixed_5d", 288, 64),  block_b("Mixed_6a", 288),
                                     block_c("Mixed_6b", 768, 128), block_c("Mixed_6c", 768, 160)};
  if (variant == InceptionVariant::nsfwjs) return all;
  const Pool last = variant == InceptionVariant::fid_2015 ? Pool::maximum : Pool::average;
  for (const InceptionBlock& more :
       {block_c("Mixed_6d", 768, 160), block_c("Mixed_6e", 768, 192), block_d("Mixed_7a", 768),
        block_e("Mixed_7b", 1280, Pool::average), block_e("Mixed_7c", 2048, last)})
    all.push_back(more);
  return all;
}

int64_t classes_of(InceptionVariant variant) {
  return variant == InceptionVariant::fid_2015 ? 1008 : 1000;
}

InceptionVariant variant_of(const std::string& name, std::string_view source) {
  for (const InceptionVariant one :
       {InceptionVariant::fid_2015, InceptionVariant::torchvision, InceptionVariant::nsfwjs})
    if (to_string(one) == name) return one;
  throw Error("unknown variant '" + name + "' of Inception", std::string(source));
}

}  // namespace

std::string_view to_string(InceptionVariant variant) {
  return variant == InceptionVariant::fid_2015      ? "fid-2015"
         : variant == InceptionVariant::torchvision ? "torchvision"
                                                    : "nsfwjs";
}

std::vector<std::pair<std::string, Shape>> Inception::weight_shapes(InceptionVariant variant) {
  std::vector<std::pair<std::string, Shape>> all;
  const auto add = [&](const std::string& prefix, const Conv& c) {
    const std::string name = prefix + c.name;
    all.emplace_back(name + ".conv.weight", Shape{c.out, c.in, c.height, c.width});
    for (const char* part : {"weight", "bias", "running_mean", "running_var"})
      all.emplace_back(name + ".bn." + part, Shape{c.out});
  };
  for (const Conv& c : stem()) add("", c);
  for (const InceptionBlock& block : blocks(variant))
    for (const Branch& branch : block.branches)
      for (const std::vector<Conv>* convs : {&branch.convs, &branch.split})
        for (const Conv& c : *convs) add(block.name + ".", c);
  if (variant == InceptionVariant::nsfwjs) return all;
  all.emplace_back("fc.weight", Shape{classes_of(variant), 2048});
  all.emplace_back("fc.bias", Shape{classes_of(variant)});
  return all;
}

Inception::Inception(InceptionVariant variant, const Weights& weights)
    : variant_(variant), weights_(weights) {
  const auto wanted = weight_shapes(variant);
  for (const auto& [name, shape] : wanted) {
    const auto found = std::ranges::find(weights_, name, &Weights::value_type::first);
    if (found == weights_.end()) throw Error("tensor '" + name + "' is missing", "");
    if (found->second.sizes().vec() != shape)
      throw Error("tensor '" + name + "' is " + to_string(found->second.sizes().vec()) +
                      ", expected " + to_string(shape),
                  "");
  }
  if (weights_.size() != wanted.size())
    throw Error(
        std::to_string(weights_.size()) + " tensors, expected " + std::to_string(wanted.size()),
        "");
  std::ranges::sort(weights_, {}, &Weights::value_type::first);
}

// One pass, with the weights by name.
struct Inception::Pass {
  const Inception& net;

  const Tensor& weight(const std::string& name) const {
    return std::ranges::lower_bound(net.weights_, name, {}, &Weights::value_type::first)->second;
  }
  Tensor conv(const Tensor& x, const std::string& prefix, const Conv& c) const {
    const std::string name = prefix + c.name;
    const Tensor y = at::conv2d(x, weight(name + ".conv.weight"), {}, {c.stride, c.stride},
                                {c.pad_height, c.pad_width});
    return at::batch_norm(y, weight(name + ".bn.weight"), weight(name + ".bn.bias"),
                          weight(name + ".bn.running_mean"), weight(name + ".bn.running_var"),
                          /*training=*/false, 0, kEpsilon, false)
        .relu_();
  }
  Tensor pool(const Tensor& x, Pool kind) const {
    if (kind == Pool::maximum) return at::max_pool2d(x, {3, 3}, {1, 1}, {1, 1});
    return at::avg_pool2d(x, {3, 3}, {1, 1}, {1, 1}, false,
                          /*count_include_pad=*/net.variant_ == InceptionVariant::torchvision);
  }
  Tensor branch(const Tensor& input, const std::string& prefix, const Branch& b) const {
    if (b.strided_pool) return at::max_pool2d(input, {3, 3}, {2, 2});
    Tensor x = b.pool == Pool::none ? input : pool(input, b.pool);
    for (const Conv& c : b.convs) x = conv(x, prefix, c);
    if (b.split.empty()) return x;
    std::vector<Tensor> sides;
    for (const Conv& c : b.split) sides.push_back(conv(x, prefix, c));
    return at::cat(sides, 1);
  }
};

Inception::Result Inception::operator()(const Tensor& images, OnLayer on_layer, void* to) const {
  const at::NoGradGuard no_grad;
  const Pass pass{*this};
  const auto told = [&](const std::string& name, const Tensor& value) {
    if (on_layer != nullptr) on_layer(to, name, value);
  };
  Tensor x = images.contiguous(at::MemoryFormat::ChannelsLast);
  for (const Conv& c : stem()) {
    x = pass.conv(x, "", c);
    told(c.name, x);
    if (c.name == "Conv2d_2b_3x3" || c.name == "Conv2d_4a_3x3")
      x = at::max_pool2d(x, {3, 3}, {2, 2});
  }
  for (const InceptionBlock& block : blocks(variant_)) {
    std::vector<Tensor> parts;
    for (const Branch& b : block.branches) parts.push_back(pass.branch(x, block.name + ".", b));
    x = at::cat(parts, 1);
    told(block.name, x);
  }
  const Tensor features = x.mean(at::IntArrayRef{2, 3});
  if (variant_ == InceptionVariant::nsfwjs) return {features, {}};
  // The Inception score of the original code has no bias.
  const Tensor bias = variant_ == InceptionVariant::fid_2015 ? Tensor() : pass.weight("fc.bias");
  return {features, at::linear(features, pass.weight("fc.weight"), bias)};
}

Tensor Inception::input(const Tensor& images) const {
  const at::TensorOptions to = weights_.front().second.options();
  Tensor x = moved(images, to);
  x = x.scalar_type() == at::kByte ? x.to(to) / 255 : x.to(to);
  if (x.size(1) == 1) x = x.expand({-1, 3, -1, -1});
  check_shape(x, {-1, 3, -1, -1}, "images");
  const bool corners = variant_ == InceptionVariant::nsfwjs;
  x = at::upsample_bilinear2d(x.contiguous(), {kSide, kSide}, corners);
  return corners ? x : x * 2 - 1;
}

InceptionFile open_inception(const Path& path, const std::string& device) {
  const Bytes bytes = read_file(path);
  const std::string source = path.string();
  const SafetensorsFile file = read_safetensors(bytes, source);
  const auto format = file.metadata.find("format");
  if (format == file.metadata.end() || format->second != kFormat)
    throw Error("not Inception's weights as Gannet reads them", source,
                "scripts/convert_inception.py makes them of pytorch-fid's, torchvision's and "
                "nsfwjs's");
  const InceptionVariant variant =
      variant_of(metadata_at(file.metadata, "variant", source), source);
  const at::TensorOptions to = tensors_on(device);
  Inception::Weights weights;
  for (const auto& [name, shape] : Inception::weight_shapes(variant))
    weights.emplace_back(name, at::empty(shape, at::kFloat));
  read_into(file, weights, source);
  for (auto& [name, tensor] : weights) {
    tensor = moved(tensor, to);
    if (tensor.dim() == 4) tensor = tensor.contiguous(at::MemoryFormat::ChannelsLast);
  }
  return {Inception(variant, weights), "sha256:" + sha256_hex(bytes)};
}

}  // namespace gannet
