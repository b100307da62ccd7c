// NetSpec: the layers that its chaining methods append.
#include <algorithm>
#include <cmath>
#include <utility>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"
#include "gannet/nn/spec.h"

namespace gannet {
namespace {

const std::string kWrongRank = "a convolution needs [C, T], [C, H, W] or [C, T, H, W], not ";

// [any, any, k...] for samples of this shape; empty where they have no spatial axes.
Shape kernel_weight(const Shape& x, int64_t kernel, const ConvShape& c) {
  if (x.size() < 2 || (c.frames && x.size() != 4)) return {};
  return Shape(c.frames ? x.size() : x.size() + 1, kernel);
}

}  // namespace

NetSpec& NetSpec::dense(Shape out, bool bias) {
  const std::string name = unique_name("dense");
  const int64_t inputs = count(shape()), outputs = count(out);
  std::vector<int> in{cursor_, parameter(name, "weight", {outputs, inputs}, weight_init(inputs))};
  if (bias) in.push_back(parameter(name, "bias", {outputs}, bias_init(inputs)));
  push_layer(name, gannet::dense(), std::move(in));
  return out.size() > 1 ? reshape(std::move(out)) : *this;
}

NetSpec& NetSpec::conv(int64_t channels, int64_t kernel, ConvShape c) {
  Shape weight = kernel_weight(shape(), kernel, c);
  if (weight.empty()) fail(kWrongRank + to_string(shape()), "conv");
  weight[0] = channels;
  if (c.groups < 1 || shape()[0] % c.groups != 0)
    fail(to_string(shape()) + " has no " + std::to_string(c.groups) + " equal groups", "conv");
  weight[1] = shape()[0] / c.groups;
  const int64_t padding = c.padding < 0 ? (kernel - 1) / 2 : c.padding;
  return convolve(gannet::conv(c.stride, padding, c.groups), weight, channels,
                  count(weight) / channels, static_cast<double>(count(weight) / channels), c.bias);
}

NetSpec& NetSpec::conv_down(int64_t channels) {
  return conv(channels, 4, {.stride = 2, .padding = 1});
}

NetSpec& NetSpec::conv_transpose(int64_t channels) {
  return conv_transpose(channels, 4, {.stride = 2, .padding = 1});
}

NetSpec& NetSpec::conv_transpose(int64_t channels, int64_t kernel, ConvShape c) {
  Shape weight = kernel_weight(shape(), kernel, c);
  if (weight.empty()) fail(kWrongRank + to_string(shape()), "conv_transpose");
  weight[0] = shape()[0];
  weight[1] = channels;
  const int64_t padding = c.padding < 0 ? (kernel - 1) / 2 : c.padding;
  double fan_in = static_cast<double>(count(weight) / channels);
  for (size_t axis = 2; axis < weight.size(); ++axis)
    if (weight[axis] > 1) fan_in /= static_cast<double>(c.stride);
  // PyTorch's fan in of a transposed convolution counts the second axis of its weight.
  return convolve(gannet::conv_transpose(c.stride, padding, c.output_padding), weight, channels,
                  count(weight) / weight[0], fan_in, c.bias);
}

NetSpec& NetSpec::convolve(LayerPtr layer, Shape weight, int64_t channels, int64_t pytorch_fan_in,
                           double fan_in, bool bias) {
  const std::string name = unique_name(layer->kind());
  std::vector<int> in{
      cursor_, parameter(name, "weight", std::move(weight), weight_init(pytorch_fan_in, fan_in))};
  if (bias) in.push_back(parameter(name, "bias", {channels}, bias_init(pytorch_fan_in)));
  return push_layer(name, std::move(layer), std::move(in));
}

NetSpec& NetSpec::normalize(LayerPtr layer, bool drops_bias, std::string_view labels,
                            int64_t classes) {
  const std::string name = unique_name(layer->kind());
  if (shape().empty()) fail("normalization needs channels, not " + to_string(shape()), name);
  if (drops_bias) drop_bias();
  std::vector<int> in{cursor_};
  Shape weight{shape()[0]};
  if (!labels.empty()) {
    in.push_back(find(labels));
    if (!nodes_[in.back()].integer)
      fail("a norm for each class needs an integer input", std::string(labels));
    weight.insert(weight.begin(), classes);
  }
  in.push_back(parameter(name, "weight", weight, norms_));
  in.push_back(parameter(name, "bias", weight, Init::constant(0)));
  return push_layer(name, std::move(layer), std::move(in));
}

NetSpec& NetSpec::batch_norm(double momentum, double epsilon) {
  return normalize(gannet::batch_norm(momentum, epsilon), /*drops_bias=*/true);
}

NetSpec& NetSpec::conditional_batch_norm(std::string_view labels, int64_t classes, double momentum,
                                         double epsilon) {
  return normalize(gannet::conditional_batch_norm(momentum, epsilon), true, labels, classes);
}

NetSpec& NetSpec::keep_reference(int64_t samples) {
  if (reference_ > 0) fail("there is already a reference batch", "keep_reference");
  append(gannet::keep_reference(samples));
  reference_ = samples;
  return *this;
}

NetSpec& NetSpec::virtual_batch_norm(double epsilon) {
  if (reference_ == 0)
    fail("virtual batch norm comes after keep_reference()", "virtual_batch_norm");
  return normalize(gannet::virtual_batch_norm(reference_, epsilon), /*drops_bias=*/true);
}

NetSpec& NetSpec::drop_reference() {
  if (reference_ == 0) fail("there is no reference batch to drop", "drop_reference");
  return append(gannet::drop_reference(std::exchange(reference_, 0)));
}

// Batch norm subtracts the bias again: the layer before it loses its own, also through a reshape,
// unless its value is used elsewhere.
void NetSpec::drop_bias() {
  const auto named = [this](int index) {
    const auto here = [index](const auto& entry) { return entry.second == index; };
    return std::ranges::any_of(marks_, here) || std::ranges::any_of(outputs_, here);
  };
  int before = cursor_;
  if (nodes_[before].layer && nodes_[before].layer->kind() == "reshape" && !named(before))
    before = nodes_[before].in[0];
  Node& layer = nodes_[before];
  if (!layer.layer || named(before) || layer.in.size() != 3 ||
      nodes_[layer.in[2]].name != layer.name + ".bias")
    return;
  const int gone = layer.in.back();
  layer.in.pop_back();
  nodes_.erase(nodes_.begin() + gone);
  const auto shift = [gone](int& index) { index -= index > gone; };
  for (Node& node : nodes_) std::ranges::for_each(node.in, shift);
  for (auto& [name, index] : marks_) shift(index);
  for (auto& [name, index] : outputs_) shift(index);
  shift(cursor_);
}

NetSpec& NetSpec::group_norm(int64_t groups, double epsilon) {
  return normalize(gannet::group_norm(groups, epsilon), /*drops_bias=*/false);
}

NetSpec& NetSpec::norm(std::string_view kind) {
  if (kind == "batch") return batch_norm();
  if (kind == "layer") return group_norm(1);
  if (kind == "instance") return instance_norm();
  if (kind != "none") fail("unknown normalization", std::string(kind));
  return *this;
}

NetSpec& NetSpec::pixel_norm() { return append(gannet::pixel_norm()); }
NetSpec& NetSpec::minibatch_stddev(int64_t group) {
  return append(gannet::minibatch_stddev(group));
}

NetSpec& NetSpec::spectral_norm() {
  int user = cursor_;
  if (nodes_[user].layer && nodes_[user].layer->kind() == "reshape") user = nodes_[user].in[0];
  const Node& layer = nodes_[user];
  if (!layer.layer || layer.in.size() < 2 || nodes_[layer.in[1]].name != layer.name + ".weight")
    fail("spectral normalization follows a layer with a weight", layer.name);
  const int weight = layer.in[1];
  const Node between{
      .kind = Node::Kind::layer,
      .name = layer.name + ".spectral",
      .shape = nodes_[weight].shape,
      .layer = gannet::spectral_norm(layer.layer->kind() == "conv_transpose" ? 1 : 0),
      .in = {weight}};
  // Before its user: all nodes from there on move up by one.
  nodes_.insert(nodes_.begin() + user, between);
  const auto shift = [user](int& index) { index += index >= user; };
  for (size_t i = user + 1; i < nodes_.size(); ++i) std::ranges::for_each(nodes_[i].in, shift);
  for (auto& [name, index] : marks_) shift(index);
  for (auto& [name, index] : outputs_) shift(index);
  shift(cursor_);
  nodes_[user + 1].in[1] = user;
  return *this;
}

NetSpec& NetSpec::activation(std::string_view name, double parameter) {
  return append(gannet::activation(name, parameter));
}
NetSpec& NetSpec::prelu() {
  const std::string name = unique_name("prelu");
  if (shape().empty()) fail("a negative slope for each channel needs channels", name);
  const int weight = parameter(name, "weight", {shape()[0]}, Init::constant(0.25));
  return push_layer(name, gannet::prelu(), {cursor_, weight});
}
NetSpec& NetSpec::maxout(int64_t units, int64_t pieces) {
  return dense(units * pieces).append(gannet::maxout(pieces));
}

NetSpec& NetSpec::gru(int64_t width) {
  const std::string name = unique_name("gru");
  if (shape().size() != 2) fail("a gru needs [E, T], not " + to_string(shape()), name);
  const Init init = weight_init(width);
  const Init bias = bias_init(width);
  std::vector<int> in{cursor_};
  in.push_back(parameter(name, "weight_ih", {3 * width, shape()[0]}, init));
  in.push_back(parameter(name, "weight_hh", {3 * width, width}, init));
  in.push_back(parameter(name, "bias_ih", {3 * width}, bias));
  in.push_back(parameter(name, "bias_hh", {3 * width}, bias));
  return push_layer(name, gannet::gru(), std::move(in));
}

NetSpec& NetSpec::reshape(Shape to) { return append(gannet::reshape(std::move(to))); }
NetSpec& NetSpec::flatten() { return reshape({count(shape())}); }
NetSpec& NetSpec::upsample(int64_t by) { return append(upsample_nearest(by)); }
NetSpec& NetSpec::pixel_shuffle(int64_t by) { return append(gannet::pixel_shuffle(by)); }
NetSpec& NetSpec::avg_pool(int64_t by) { return append(gannet::avg_pool(by)); }
NetSpec& NetSpec::max_pool(int64_t by) { return append(gannet::max_pool(by)); }
NetSpec& NetSpec::global_sum_pool() { return append(gannet::global_sum_pool()); }
NetSpec& NetSpec::upsample_bilinear(int64_t by) { return append(gannet::upsample_bilinear(by)); }
NetSpec& NetSpec::downsample_bilinear(int64_t by) {
  return append(gannet::downsample_bilinear(by));
}
NetSpec& NetSpec::dropout(double p, bool always) { return append(gannet::dropout(p, always)); }
NetSpec& NetSpec::add(std::string_view other) { return append(sum(), {std::string(other)}); }
NetSpec& NetSpec::concat(std::string_view other) {
  return append(gannet::concat(), {std::string(other)});
}

NetSpec& NetSpec::embed(int64_t classes, int64_t width) {
  if (!nodes_[cursor_].integer)
    fail("an embedding needs an integer input at the cursor", nodes_[cursor_].name);
  const std::string name = unique_name("embedding");
  const int weight =
      parameter(name, "weight", {classes, width}, weights_ ? weight_init(width) : Init::normal(1));
  return push_layer(name, embedding(), {cursor_, weight});
}

NetSpec& NetSpec::self_attention(bool spectral) {
  const std::string x = unique_name("self_attention");
  const int64_t channels = shape().empty() ? 0 : shape()[0];
  if (shape().size() < 2 || channels < 8)
    fail("self-attention needs 8 channels and spatial axes, not " + to_string(shape()), x);
  const auto map = [&](int64_t to) -> NetSpec& {
    conv(to, 1, {.bias = false});
    return spectral ? this->spectral_norm() : *this;
  };
  mark(x);
  map(channels / 8).mark(x + ".query");
  at(x), map(channels / 8).max_pool().mark(x + ".key");
  at(x), map(channels / 2).max_pool().mark(x + ".value");
  at(x + ".query").append(attention(), {x + ".key", x + ".value"});
  map(channels);
  const std::string gamma = unique_name("scale");
  push_layer(gamma, scale(), {cursor_, parameter(gamma, "weight", {1}, Init::constant(0))});
  return add(x);
}

NetSpec& NetSpec::projection(std::string_view labels, int64_t classes) {
  const std::string h = unique_name("features"), v = unique_name("projection");
  const int64_t width = count(shape());
  if (shape().size() != 1) flatten();
  mark(h).dense(1).mark(v);
  at(labels).embed(classes, width).append(dot(), {h});
  return add(v);
}

NetSpec& NetSpec::append(LayerPtr layer, const std::vector<std::string>& with) {
  std::vector<int> in{cursor_};
  for (const std::string& name : with) in.push_back(find(name));
  const std::string name = unique_name(layer->kind());
  return push_layer(name, std::move(layer), std::move(in));
}

Init NetSpec::weight_init(int64_t pytorch_fan_in, double fan_in) const {
  if (!weights_) return Init::uniform(1 / std::sqrt(static_cast<double>(pytorch_fan_in)));
  if (weights_->kind == Init::Kind::kaiming_normal)
    return Init::normal(weights_->gain / std::sqrt(fan_in));
  return *weights_;
}

Init NetSpec::weight_init(int64_t fan_in) const {
  return weight_init(fan_in, static_cast<double>(fan_in));
}

Init NetSpec::bias_init(int64_t fan_in) const {
  return biases_.value_or(Init::uniform(1 / std::sqrt(static_cast<double>(fan_in))));
}

}  // namespace gannet
