#include "gannet/nn/spec.h"

#include <algorithm>
#include <cmath>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"

namespace gannet {

int64_t Layer::flops(std::span<const Shape>, const Shape& out) const { return count(out); }

NetSpec::NetSpec(std::string name, Shape input) : name_(std::move(name)) {
  this->input("x", std::move(input));
}

NetSpec NetSpec::of_integers(std::string name, Shape input) {
  NetSpec spec(std::move(name), std::move(input));
  spec.nodes_[0].integer = true;
  return spec;
}

NetSpec& NetSpec::input(std::string name, Shape shape) {
  if (marks_.count(name)) fail("there is already a value of this name", name);
  marks_[name] = cursor_ =
      push({.kind = Node::Kind::input, .name = name, .shape = std::move(shape)});
  return *this;
}

NetSpec& NetSpec::integer_input(std::string name, Shape shape) {
  input(std::move(name), std::move(shape));
  nodes_[cursor_].integer = true;
  return *this;
}

NetSpec& NetSpec::mark(std::string name) {
  if (!marks_.emplace(name, cursor_).second) fail("there is already a value of this name", name);
  return *this;
}

NetSpec& NetSpec::at(std::string_view name) {
  cursor_ = find(name);
  return *this;
}

NetSpec& NetSpec::output(std::string name) {
  outputs_[name] = cursor_;
  return *this;
}

NetSpec& NetSpec::weights(std::optional<Init> init) {
  weights_ = init;
  return *this;
}

NetSpec& NetSpec::norms(Init init) {
  norms_ = init;
  return *this;
}

NetSpec& NetSpec::biases(std::optional<Init> init) {
  biases_ = init;
  return *this;
}

NetSpec& NetSpec::dense(Shape out, bool bias) {
  const std::string name = fresh_name("dense");
  const int64_t inputs = count(shape()), outputs = count(out);
  std::vector<int> in{cursor_, parameter(name, "weight", {outputs, inputs}, weight_init(inputs))};
  if (bias) in.push_back(parameter(name, "bias", {outputs}, bias_init(inputs)));
  push_layer(name, gannet::dense(), std::move(in));
  return out.size() > 1 ? reshape(std::move(out)) : *this;
}

NetSpec& NetSpec::conv(int64_t channels, int64_t kernel, ConvShape c) {
  if (shape().size() < 2)
    fail("a convolution needs [C, T] or [C, H, W], not " + to_string(shape()), "conv");
  Shape weight(shape().size() + 1, kernel);
  weight[0] = channels;
  if (c.groups < 1 || shape()[0] % c.groups != 0)
    fail(to_string(shape()) + " has no " + std::to_string(c.groups) + " equal groups", "conv");
  weight[1] = shape()[0] / c.groups;
  const int64_t padding = c.padding < 0 ? (kernel - 1) / 2 : c.padding;
  return convolve(convolution(c.stride, padding, c.groups), weight, channels,
                  count(weight) / channels, c.bias);
}

NetSpec& NetSpec::down(int64_t channels) { return conv(channels, 4, {.stride = 2, .padding = 1}); }

NetSpec& NetSpec::up(int64_t channels) { return up(channels, 4, {.stride = 2, .padding = 1}); }

NetSpec& NetSpec::up(int64_t channels, int64_t kernel, ConvShape c) {
  if (shape().size() < 2)
    fail("a convolution needs [C, T] or [C, H, W], not " + to_string(shape()), "up");
  Shape weight(shape().size() + 1, kernel);
  weight[0] = shape()[0];
  weight[1] = channels;
  const int64_t padding = c.padding < 0 ? (kernel - 1) / 2 : c.padding;
  // PyTorch's fan in of a transposed convolution counts the second axis of its weight.
  return convolve(transposed_convolution(c.stride, padding, c.output_padding), weight, channels,
                  count(weight) / weight[0], c.bias);
}

NetSpec& NetSpec::convolve(LayerPtr layer, Shape weight, int64_t channels, int64_t fan_in,
                           bool bias) {
  const std::string name = fresh_name(layer->kind());
  std::vector<int> in{cursor_, parameter(name, "weight", std::move(weight), weight_init(fan_in))};
  if (bias) in.push_back(parameter(name, "bias", {channels}, bias_init(fan_in)));
  return push_layer(name, std::move(layer), std::move(in));
}

NetSpec& NetSpec::norm(double momentum, double epsilon) {
  const std::string name = fresh_name("norm");
  if (shape().empty()) fail("normalisation needs channels, not " + to_string(shape()), name);
  drop_bias();
  const Shape channels{shape().at(0)};
  const int weight = parameter(name, "weight", channels, norms_);
  const int shift = parameter(name, "bias", channels, Init::constant(0));
  return push_layer(name, batch_norm(momentum, epsilon), {cursor_, weight, shift});
}

// Subtracting the batch's mean undoes a bias: the layer before a norm loses its own, through a
// reshape too, unless its value is also used elsewhere.
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
  LayerPtr layer = gannet::group_norm(groups, epsilon);
  const std::string name = fresh_name(layer->kind());
  if (shape().empty()) fail("normalisation needs channels, not " + to_string(shape()), name);
  const Shape channels{shape().at(0)};
  const int weight = parameter(name, "weight", channels, norms_);
  const int shift = parameter(name, "bias", channels, Init::constant(0));
  return push_layer(name, std::move(layer), {cursor_, weight, shift});
}

NetSpec& NetSpec::norm_by(std::string_view kind) {
  if (kind == "batch") return norm();
  if (kind == "layer") return layer_norm();
  if (kind == "instance") return instance_norm();
  if (kind != "none") fail("unknown normalisation", std::string(kind));
  return *this;
}

NetSpec& NetSpec::pixel_norm() { return append(gannet::pixel_norm()); }
NetSpec& NetSpec::minibatch_deviation(int64_t group) {
  return append(gannet::minibatch_deviation(group));
}

NetSpec& NetSpec::spectral() {
  int user = cursor_;
  if (nodes_[user].layer && nodes_[user].layer->kind() == "reshape") user = nodes_[user].in[0];
  const Node& layer = nodes_[user];
  if (!layer.layer || layer.in.size() < 2 || nodes_[layer.in[1]].name != layer.name + ".weight")
    fail("spectral normalisation follows a layer with a weight", layer.name);
  const int weight = layer.in[1];
  const Node between{.kind = Node::Kind::layer,
                     .name = layer.name + ".spectral",
                     .shape = nodes_[weight].shape,
                     .layer = spectral_norm(layer.layer->kind() == "up" ? 1 : 0),
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
NetSpec& NetSpec::maxout(int64_t units, int64_t pieces) {
  return dense(units * pieces).append(max_pieces(pieces));
}
NetSpec& NetSpec::reshape(Shape to) { return append(gannet::reshape(std::move(to))); }
NetSpec& NetSpec::flatten() { return reshape({count(shape())}); }
NetSpec& NetSpec::upsample(int64_t by) { return append(upsample_nearest(by)); }
NetSpec& NetSpec::pool(int64_t by) { return append(average_pool(by)); }
NetSpec& NetSpec::grow(int64_t by) { return append(grow_bilinear(by)); }
NetSpec& NetSpec::shrink(int64_t by) { return append(shrink_bilinear(by)); }
NetSpec& NetSpec::dropout(double p, bool always) { return append(gannet::dropout(p, always)); }
NetSpec& NetSpec::add(std::string_view other) { return append(sum(), {std::string(other)}); }
NetSpec& NetSpec::concat(std::string_view other) {
  return append(gannet::concat(), {std::string(other)});
}

NetSpec& NetSpec::embed(int64_t classes, int64_t width) {
  if (!nodes_[cursor_].integer)
    fail("an embedding needs an integer input at the cursor", nodes_[cursor_].name);
  const std::string name = fresh_name("embed");
  const int weight =
      parameter(name, "weight", {classes, width}, weights_.value_or(Init::normal(1)));
  return push_layer(name, embedding(), {cursor_, weight});
}

NetSpec& NetSpec::project(std::string_view labels, int64_t classes) {
  const std::string h = fresh_name("features"), v = fresh_name("projection");
  const int64_t width = count(shape());
  if (shape().size() != 1) flatten();
  mark(h).dense(1).mark(v);
  at(labels).embed(classes, width).append(dot(), {h});
  return add(v);
}

NetSpec& NetSpec::append(LayerPtr layer, const std::vector<std::string>& with) {
  std::vector<int> in{cursor_};
  for (const std::string& name : with) in.push_back(find(name));
  const std::string name = fresh_name(layer->kind());
  return push_layer(name, std::move(layer), std::move(in));
}

NetSpec NetSpec::renamed(std::string name) const {
  NetSpec copy = *this;
  copy.name_ = std::move(name);
  return copy;
}

bool NetSpec::has_input(std::string_view name) const {
  return std::ranges::any_of(
      nodes_, [&](const Node& n) { return n.kind == Node::Kind::input && n.name == name; });
}

bool NetSpec::per_image() const {
  return std::ranges::all_of(nodes_,
                             [](const Node& n) { return !n.layer || n.layer->per_image(); });
}

std::vector<bool> NetSpec::moving() const {
  std::vector<bool> from(nodes_.size()), to(nodes_.size());
  from[0] = !nodes_[0].integer;
  for (size_t i = 1; i < nodes_.size(); ++i)
    for (const int index : nodes_[i].in)
      if (from[index]) from[i] = true;
  to[cursor_] = true;
  for (size_t i = nodes_.size(); i-- > 0;) {
    if (to[i])
      for (const int index : nodes_[i].in) to[index] = true;
    to[i] = to[i] && from[i];
  }
  return to;
}

bool NetSpec::piecewise_linear() const {
  const std::vector<bool> moves = moving();
  const auto straight = [&](const Node& node) {
    int products = 0;
    for (size_t k = 0; k < node.in.size(); ++k) {
      const Dependence d = node.layer->dependence(k);
      if (!moves[node.in[k]]) continue;
      if (d == Dependence::curved || d == Dependence::bias) return false;
      products += d == Dependence::product;
    }
    return products <= 1;
  };
  for (size_t i = 1; i < nodes_.size(); ++i)
    if (moves[i] && !straight(nodes_[i])) return false;
  return moves[0] && count(shape()) == 1;
}

std::vector<NetSpec::Row> NetSpec::table() const {
  std::vector<Row> rows;
  for (const Node& node : nodes_) {
    if (node.kind == Node::Kind::input) rows.push_back({node.name, "input", node.shape, 0, 0});
    if (node.kind != Node::Kind::layer) continue;
    std::vector<Shape> in;
    int64_t parameters = 0;
    for (const int index : node.in) {
      in.push_back(nodes_[index].shape);
      if (nodes_[index].kind == Node::Kind::parameter) parameters += count(nodes_[index].shape);
    }
    rows.push_back({node.name, std::string(node.layer->kind()), node.shape, parameters,
                    node.layer->flops(in, node.shape)});
  }
  return rows;
}

int64_t NetSpec::parameter_count() const {
  int64_t total = 0;
  for (const Node& node : nodes_)
    if (node.kind == Node::Kind::parameter) total += count(node.shape);
  return total;
}

int64_t NetSpec::flops() const {
  int64_t total = 0;
  for (const Row& row : table()) total += row.flops;
  return total;
}

int64_t NetSpec::activations() const {
  int64_t total = 0;
  for (const Node& node : nodes_)
    if (node.kind == Node::Kind::layer && node.layer->kind() != "reshape")
      total += count(node.shape);
  return total;
}

int NetSpec::find(std::string_view name) const {
  const auto found = marks_.find(name);
  if (found == marks_.end()) fail("there is no value of this name", std::string(name));
  return found->second;
}

int NetSpec::push(Node node) {
  nodes_.push_back(std::move(node));
  return static_cast<int>(nodes_.size()) - 1;
}

int NetSpec::parameter(const std::string& layer, std::string_view name, Shape shape, Init init) {
  for (const int64_t size : shape)
    if (size < 1) fail("a weight of shape " + to_string(shape), layer);
  return push({.kind = Node::Kind::parameter,
               .name = layer + "." + std::string(name),
               .shape = std::move(shape),
               .init = init});
}

std::string NetSpec::fresh_name(std::string_view kind) {
  const auto [found, inserted] = counts_.emplace(std::string(kind), 0);
  return std::string(kind) + std::to_string(++found->second);
}

NetSpec& NetSpec::push_layer(const std::string& name, LayerPtr layer, std::vector<int> in) {
  std::vector<Shape> shapes;
  for (const int index : in) shapes.push_back(nodes_[index].shape);
  Shape out;
  try {
    out = layer->shape(shapes);
  } catch (const Error& error) {
    fail(error.what(), name);
  }
  cursor_ = push({.kind = Node::Kind::layer,
                  .name = name,
                  .shape = std::move(out),
                  .layer = std::move(layer),
                  .in = std::move(in)});
  return *this;
}

Init NetSpec::weight_init(int64_t fan_in) const {
  return weights_.value_or(Init::uniform(1 / std::sqrt(static_cast<double>(fan_in))));
}

Init NetSpec::bias_init(int64_t fan_in) const {
  return biases_.value_or(Init::uniform(1 / std::sqrt(static_cast<double>(fan_in))));
}

void NetSpec::fail(const std::string& what, const std::string& layer) const {
  throw Error(what, "net " + name_ + ", layer " + layer);
}

}  // namespace gannet
