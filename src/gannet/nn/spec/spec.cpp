#include "gannet/nn/spec.h"

#include <algorithm>
#include <cstdio>

#include "gannet/base/error.h"
#include "gannet/nn/detail/features.h"

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

NetSpec& NetSpec::any_size() {
  any_size_ = true;
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

NetSpec& NetSpec::init_weights(std::optional<Init> init) {
  weights_ = init;
  return *this;
}

NetSpec& NetSpec::init_norms(Init init) {
  norms_ = init;
  return *this;
}

NetSpec& NetSpec::init_biases(std::optional<Init> init) {
  biases_ = init;
  return *this;
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

bool NetSpec::per_sample() const {
  return std::ranges::all_of(nodes_,
                             [](const Node& n) { return !n.layer || n.layer->per_sample(); });
}

std::vector<bool> NetSpec::on_path_from_x() const {
  std::vector<bool> from(nodes_.size()), to(nodes_.size());  // depends on x; output depends on it
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
  const std::vector<bool> features = features_of_x(*this);
  return std::ranges::count(features, true) == 1;
}

std::string setting(std::string_view name, double value) {
  char text[32];
  std::snprintf(text, sizeof text, " %g", value);
  return std::string(name) + text;
}

std::vector<NetSpec::Row> NetSpec::table() const {
  std::vector<Row> rows;
  for (const Node& node : nodes_) {
    if (node.kind == Node::Kind::input)
      rows.push_back({node.name, "input", node.shape, 0, 0, "", {}});
    if (node.kind != Node::Kind::layer) continue;
    std::vector<Shape> in;
    std::vector<std::string> inputs;
    int64_t parameters = 0;
    for (const int index : node.in) {
      const Node& input = nodes_[index];
      in.push_back(input.shape);
      if (input.kind == Node::Kind::parameter)
        parameters += count(input.shape);
      else
        inputs.push_back(input.name);
    }
    if (inputs.size() == 1 && !rows.empty() && inputs[0] == rows.back().layer) inputs.clear();
    rows.push_back({node.name, std::string(node.layer->kind()), node.shape, parameters,
                    node.layer->flops(in, node.shape), node.layer->settings(), inputs});
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

std::string NetSpec::unique_name(std::string_view kind) {
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

void NetSpec::fail(const std::string& what, const std::string& layer) const {
  throw Error(what, "net " + name_ + ", layer " + layer);
}

}  // namespace gannet
