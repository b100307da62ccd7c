#include "gannet/nn/net.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/nn/detail/groups.h"
#include "gannet/tensor/random.h"

namespace gannet {
namespace {

constexpr int64_t kAlignment = 16;  // elements: 64 bytes in f32; unaligned slots change f32 results

int64_t append_slot(std::vector<Slot>& slots, std::string name, const Shape& shape, int64_t end) {
  slots.push_back({std::move(name), shape, end});
  return end + (count(shape) + kAlignment - 1) / kAlignment * kAlignment;
}

// Of each node: is it a product in bfloat16 that reaches the outputs through no other?
std::vector<bool> last_products(const std::vector<Node>& nodes) {
  const auto is_product = [](const Node& node) {
    return node.kind == Node::Kind::layer && node.layer->precision() == Precision::bf16;
  };
  std::vector<bool> before_product(nodes.size()), last(nodes.size());
  for (size_t i = nodes.size(); i-- > 0;) {
    last[i] = is_product(nodes[i]) && !before_product[i];
    for (const int from : nodes[i].in)
      if (before_product[i] || is_product(nodes[i])) before_product[from] = true;
  }
  return last;
}

}  // namespace

Inputs inputs(const Condition& c) {
  Inputs all;
  c.for_each([&](std::string_view name, const Tensor& x) { all.emplace_back(name, x); });
  return all;
}

const Tensor& Outputs::operator[](std::string_view name) const {
  std::string known;
  for (const auto& [other, tensor] : named) {
    if (other == name) return tensor;
    known += (known.empty() ? "" : ", ") + other;
  }
  throw Error("a net has no output of this name (it has: " + known + ")", std::string(name));
}

Net::Net(NetSpec spec, uint64_t seed, uint32_t first_layer, at::TensorOptions options)
    : spec_(std::move(spec)),
      groups_(std::make_shared<FusedGroups>(fused_groups(spec_))),
      first_layer_(first_layer) {
  if (spec_.reference() > 0) throw Error("a reference batch is kept and never dropped", name());
  const std::vector<Node>& nodes = spec_.nodes();
  slot_of_node_.assign(nodes.size(), -1);
  state_of_node_.assign(nodes.size(), -1);
  last_use_.assign(nodes.size(), -1);
  int64_t size = 0, state_size = 0;
  std::vector<double> state_values;
  for (size_t i = 0; i < nodes.size(); ++i) {
    const Node& node = nodes[i];
    if (node.kind == Node::Kind::parameter) {
      slot_of_node_[i] = static_cast<int>(slots_.size());
      size = append_slot(slots_, node.name, node.shape, size);
    }
    if (node.kind != Node::Kind::layer) continue;
    std::vector<Shape> in;
    for (const int index : node.in) {
      in.push_back(nodes[index].shape);
      last_use_[index] = static_cast<int>(i);
    }
    state_of_node_[i] = static_cast<int>(state_slots_.size());
    for (const StateSlot& slot : node.layer->state(in)) {
      state_size = append_slot(state_slots_, node.name + "." + slot.name, slot.shape, state_size);
      state_values.push_back(slot.initial);
    }
  }
  if (!options.has_dtype()) options = options.dtype(at::kFloat);
  parameters = at::zeros({size}, options);
  gradients = at::zeros({size}, options);
  state = at::zeros({state_size}, options);
  for (size_t i = 0; i < state_slots_.size(); ++i) {
    state_views_.push_back(view(state, state_slots_[i]));
    state_views_.back().fill_(state_values[i]);
  }
  for (const Slot& slot : slots_) {
    constants_.push_back(view(parameters, slot));
    leaves_.push_back(view(parameters, slot).detach().set_requires_grad(true));
    gradient_views_.push_back(view(gradients, slot));
    leaves_.back().mutable_grad() = gradient_views_.back();
  }
  last_product_ = last_products(nodes);
  // Outputs are kept to the end of a call.
  last_use_[spec_.cursor()] = -1;
  for (const auto& output : spec_.outputs()) last_use_[output.second] = -1;
  draw_weights(seed, first_layer);
}

Tensor Net::view(const Tensor& flat, const Slot& slot) {
  return flat.narrow(0, slot.offset, count(slot.shape)).view(slot.shape);
}

void Net::clear_gradients() {
  if (!gradients.device().is_cpu()) {  // a recorded step finds the gradients where they were
    gradients.zero_();
    return;
  }
  for (Tensor& leaf : leaves_) leaf.mutable_grad().reset();
}

void Net::settle_gradients() {
  const at::NoGradGuard no_grad;
  for (size_t i = 0; i < leaves_.size(); ++i) {
    Tensor &grad = leaves_[i].mutable_grad(), &own = gradient_views_[i];
    if (!grad.defined())
      own.zero_();
    else if (grad.const_data_ptr() != own.const_data_ptr())  // autograd made it
      own.copy_(grad);
    grad = own;
  }
}

void Net::draw_weights(uint64_t seed, uint32_t first_layer) {
  const std::vector<Node>& nodes = spec_.nodes();
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (slot_of_node_[i] < 0) continue;
    const Init& init = nodes[i].init;
    Tensor& weight = constants_[slot_of_node_[i]];
    const Address address{
        .seed = seed, .purpose = Purpose::init, .layer = first_layer + static_cast<uint32_t>(i)};
    const Shape shape(weight.sizes().begin(), weight.sizes().end());
    switch (init.kind) {
      case Init::Kind::constant:
        weight.fill_(init.value);
        break;
      case Init::Kind::uniform:
        weight.copy_((uniform(address, 0, 1, shape, weight.options()).squeeze(0) * 2 - 1) *
                     init.bound);
        break;
      case Init::Kind::normal:
      case Init::Kind::kaiming_normal:  // NetSpec turns it into a normal one
        weight.copy_(normal(address, 0, 1, shape, weight.options()).squeeze(0) * init.std +
                     init.mean);
    }
  }
}

void Net::set_mode(const RunMode& mode, uint32_t calls) {
  mode_ = mode;
  calls_ = calls;
}

Outputs Net::operator()(const Tensor& x, const Condition& condition) {
  return (*this)(x, inputs(condition));
}

Tensor Net::input_value(const Node& node, const Tensor& x, const Inputs& more) const {
  Tensor value = x;
  if (&node != spec_.nodes().data()) {  // the first node is "x"
    const auto found = std::ranges::find(more, node.name, &Inputs::value_type::first);
    if (found == more.end())
      throw Error("the net " + name() + " needs this input, and it was not given", node.name);
    value = found->second;
  }
  Shape expected = node.shape;
  expected.insert(expected.begin(), -1);
  if (spec_.takes_any_size() && &node == spec_.nodes().data())
    std::fill(expected.begin() + 2, expected.end(), -1);
  check_shape(value, expected, name() + "." + node.name);
  const at::ScalarType type = node.integer ? at::kLong : parameters.scalar_type();
  if (value.scalar_type() != type)
    throw Error("input is of type " + std::string(toString(value.scalar_type())) + ", expected " +
                    toString(type),
                name() + "." + node.name);
  return value;
}

std::vector<Tensor> Net::in_own_precision(size_t i, std::span<const Tensor> in) const {
  const bool bf16 = spec_.nodes()[i].layer->precision() == Precision::bf16 && !last_product_[i];
  const at::ScalarType type = bf16 ? at::kBFloat16 : parameters.scalar_type();
  std::vector<Tensor> converted(in.begin(), in.end());
  for (Tensor& x : converted)
    if (x.is_floating_point()) x = x.to(type);
  return converted;
}

Tensor Net::evaluate(size_t i, std::span<const Tensor> in, const Tensor& x, const Inputs& more,
                     uint32_t call_index, bool bf16) {
  const Node& node = spec_.nodes()[i];
  if (node.kind == Node::Kind::parameter)
    return (mode_.requires_grad ? leaves_ : constants_)[slot_of_node_[i]];
  if (node.kind == Node::Kind::input) return input_value(node, x, more);
  Call call{mode_, first_layer_ + static_cast<uint32_t>(i), call_index,
            std::span(state_views_).subspan(state_of_node_[i])};
  if (!bf16 || node.layer->precision() == Precision::any) return node.layer->reference(in, call);
  return node.layer->reference(in_own_precision(i, in), call);
}

Outputs Net::operator()(const Tensor& x, const Inputs& more) {
  return forward(x, more, mode_.bf16);
}

Tensor Net::run_group(const FusedGroup& group, const Tensor& x) {
  const auto weight = [&](int node) {
    if (node < 0) return FusedWeight{};
    const int slot = slot_of_node_[node];
    return collected_weight(mode_, weights()[slot], gradient_views_[slot]);
  };
  FusedInputs in{.x = x,
                 .weight = weight(group.weight),
                 .bias = weight(group.bias),
                 .gain = weight(group.gain),
                 .shift = weight(group.shift),
                 .moments = {},
                 .training = mode_.training};
  // Between steps of a training a weight is used once or twice.
  if (!mode_.training && !at::GradMode::is_enabled()) in.packed = &group.packed;
  if (group.norm >= 0) in.moments = std::span(state_views_).subspan(state_of_node_[group.norm], 2);
  if (group.norm >= 0 && mode_.training && mode_.sync_bn && mode_.group != nullptr) return {};
  if (!can_fuse(group.layers, in)) return {};
  return fused(group.layers, in);
}

Outputs Net::forward(const Tensor& x, const Inputs& more, bool bf16, By by) {
  const std::vector<Node>& nodes = spec_.nodes();
  std::vector<Tensor> values(nodes.size()), in;
  std::vector<bool> by_group(nodes.size());  // computed with the first layer of its group
  const uint32_t call_index = calls_++;
  const auto none = groups_->all.end();
  auto group = by == By::groups && !bf16 ? groups_->all.begin() : none;
  for (size_t i = 0; i < nodes.size(); ++i) {
    in.clear();
    for (const int index : nodes[i].in) in.push_back(values[index]);
    if (group != none && group->first == static_cast<int>(i)) {
      if (Tensor y = run_group(*group, in[0]); y.defined()) {
        for (const int each : {group->first, group->norm, group->last})
          if (each >= 0) by_group[each] = true;
        values[group->last] = std::move(y);
      }
      ++group;
    }
    if (!by_group[i]) values[i] = evaluate(i, in, x, more, call_index, bf16);
    // Without gradients this is what bounds the memory of sampling.
    for (const int index : nodes[i].in)
      if (last_use_[index] == static_cast<int>(i)) values[index].reset();
  }
  const auto output = [&](int node) {
    return bf16 ? values[node].to(parameters.scalar_type()) : values[node];
  };
  Outputs result{.main = output(spec_.cursor()), .named = {}};
  for (const auto& [name, index] : spec_.outputs()) result.named.emplace_back(name, output(index));
  return result;
}

}  // namespace gannet
