#include "gannet/nn/detail/fused.h"

#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "gannet/base/error.h"
#include "gannet/nn/detail/channel_passes.h"
#include "gannet/nn/detail/product_passes.h"
#include "gannet/tensor/detail/autograd_node.h"

namespace gannet {
namespace {

using torch::autograd::variable_list;
using Kind = FusedPart::Kind;

std::atomic<bool> fusing = true;

Tensor as_gradient(const std::vector<double>& sums) {
  const auto n = static_cast<int64_t>(sums.size());
  Tensor all = at::empty({n}, at::kFloat);
  auto* const to = all.mutable_data_ptr<float>();
  for (int64_t i = 0; i < n; ++i) to[i] = static_cast<float>(sums[i]);
  return all;
}

struct FusedBackward : torch::autograd::Node {
  enum Input : size_t { kX, kWeight, kBias, kGain, kShift, kInputs };

  FusedLayers layers;
  Tensor x, weight;   // for the gradients of weight and x, where they are wanted
  Tensor normalized;  // the norm's input
  Tensor y;           // the activation's output, where no norm comes before it
  ChannelNorm norm;
  bool training = false;  // the norm's moments are the batch's
  Shape x_sizes;
  std::array<FusedWeight, kInputs> leaves;  // that collect gradients
  bool kept = true;

  std::string name() const override { return "FusedBackward"; }
  void release_variables() override {
    x = weight = normalized = y = Tensor();
    norm = {};
    leaves = {};
    kept = false;
  }

  variable_list apply(variable_list&& dy) override {
    variable_list all(kInputs);
    if (!dy[0].defined()) return all;
    if (at::GradMode::is_enabled())
      throw Error("a net's output was differentiated to be differentiated again", "",
                  "Net::value_and_grad() gives input gradients that can be");
    if (!kept) throw Error("a net's output can be differentiated once", "");
    const at::AutoDispatchBelowADInplaceOrView below;
    Tensor g = in_rows(dy[0]);
    dy.clear();
    g = normalized.defined() ? through_norm(g, all) : through_activation(g);
    if (layers.product.kind == Kind::none) {
      all[kX] = g;
      return all;
    }
    if (wanted(kBias)) give(all, kBias, as_gradient(column_sums(g)));
    if (wanted(kWeight)) add_weight_gradient(g, all);
    if (wanted(kX)) all[kX] = product_grad_input(layers.product, g, weight, x_sizes);
    return all;
  }

 private:
  bool wanted(Input input) const { return task_should_compute_output(input); }

  void give(variable_list& all, Input input, const Tensor& gradient) const {
    if (const GradientPlace place = gradient_place(leaves[input]); place.to.defined())
      place.add ? place.to.add_(gradient) : place.to.copy_(gradient);
    else
      all[input] = gradient;
  }

  Tensor through_activation(const Tensor& dy) const {
    return y.defined() ? activation_grad(dy, y, layers.activation.slope) : dy;
  }

  // The gradient of the norm's input; gives those of gain and shift.
  Tensor through_norm(const Tensor& dy, variable_list& all) const {
    const NormGradients gradients =
        norm_grad(norm, normalized, dy, layers.activation.slope, training);
    if (wanted(kShift)) give(all, kShift, as_gradient(gradients.shift));
    if (wanted(kGain)) give(all, kGain, as_gradient(gradients.gain));
    return gradients.x;
  }

  void add_weight_gradient(const Tensor& g, variable_list& all) const {
    GradientPlace place = gradient_place(leaves[kWeight]);
    if (!place.to.defined()) place.to = all[kWeight] = at::empty_like(weight);
    product_grad_weight(layers.product, g, x, place.to, place.add);
  }
};

// The node, with edges to what collects gradients; null where nothing does.
auto node_for(const FusedLayers& layers, const FusedInputs& in) {
  const FusedWeight x{in.x, {}};
  const FusedWeight* inputs[] = {&x, &in.weight, &in.bias, &in.gain, &in.shift};
  const bool any =
      at::GradMode::is_enabled() && std::ranges::any_of(inputs, [](const FusedWeight* t) {
        return t->value.defined() && t->value.requires_grad();
      });
  if (!any) return decltype(make_node<FusedBackward>()){};
  auto node = make_node<FusedBackward>();
  node->layers = layers;
  for (size_t i = 0; i < std::size(inputs); ++i) {
    const Tensor& value = inputs[i]->value;
    const bool wanted = value.defined() && value.requires_grad();
    node->add_next_edge(wanted ? torch::autograd::impl::gradient_edge(value)
                               : torch::autograd::Edge());
    if (wanted && inputs[i]->gradient.defined()) node->leaves[i] = *inputs[i];
  }
  return node;
}

bool is_plain(const Tensor& x) {
  return !x.defined() || (x.scalar_type() == at::kFloat && x.device().is_cpu());
}

}  // namespace

void set_fusing(bool fuses) { fusing = fuses; }

bool can_fuse(const FusedLayers& layers, const FusedInputs& in) {
  if (!fusing) return false;
  if (!is_plain(in.x) || !is_plain(in.weight.value) || !is_plain(in.gain.value)) return false;
  if (in.x.numel() == 0 || (in.weight.value.defined() && !in.weight.value.is_contiguous()))
    return false;
  switch (layers.product.kind) {
    case Kind::conv:
    case Kind::conv_transpose:  // at least 8 channels on one side
      if (in.x.dim() != 4 || in.weight.value.dim() != 4) return false;
      return std::max(in.weight.value.size(0), in.weight.value.size(1)) >= 8;
    case Kind::dense:
      return true;
    default:
      return (in.x.dim() == 2 || in.x.dim() == 4) && !(in.training && in.x.numel() == in.x.size(1));
  }
}

Tensor fused(const FusedLayers& layers, const FusedInputs& in) {
  const auto node = node_for(layers, in);
  const double slope = layers.activation.kind == Kind::none ? 1 : layers.activation.slope;
  Tensor y;
  {
    const at::AutoDispatchBelowADInplaceOrView below;
    const Tensor x = product_input(layers.product, in.x.detach());
    const bool has_product = layers.product.kind != Kind::none;
    const Tensor product =
        has_product ? product_forward(layers.product, x, in.weight.value, in.packed) : x;
    const bool has_norm = layers.norm.kind != Kind::none;
    ChannelNorm norm;
    if (has_norm) {
      add_bias(product, in.bias.value, 1, product);
      norm = channel_norm(layers.norm, {in.gain.value, in.shift.value, in.moments, in.training},
                          product);
      y = node || !has_product ? empty_like_rows(product) : product;
      normalize(product, norm, slope, y);
    } else {
      y = has_product ? product : empty_like_rows(product);
      add_bias(product, in.bias.value, slope, y);
    }
    if (node) {
      node->training = in.training;
      node->x_sizes = in.x.sizes().vec();
      if (node->should_compute_output(FusedBackward::kWeight)) node->x = x;
      if (has_product) node->weight = in.weight.value.detach();
      if (has_norm) node->normalized = product, node->norm = std::move(norm);
      if (!has_norm && slope != 1) node->y = y.detach();
    }
  }
  if (node) torch::autograd::create_gradient_edge(y, node);
  return y;
}

Tensor fused_product(const Layer& layer, std::span<const Tensor> in) {
  const FusedLayers layers{.product = layer.fused_part(), .norm = {}, .activation = {}};
  if (!is_product(layers.product)) return {};
  FusedInputs inputs{};
  inputs.x = in[0];
  inputs.weight.value = in[1];
  if (in.size() > 2) inputs.bias.value = in[2];
  return can_fuse(layers, inputs) ? fused(layers, inputs) : Tensor();
}

}  // namespace gannet
