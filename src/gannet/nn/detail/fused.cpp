#include "gannet/nn/detail/fused.h"

#include <ATen/Parallel.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/graph_task.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "gannet/base/error.h"
#include "gannet/kernels/channels.h"
#include "gannet/tensor/detail/autograd_node.h"
#include "gannet/nn/detail/products.h"

namespace gannet {
namespace {

using kernels::Rows;
using torch::autograd::variable_list;
using Kind = FusedPart::Kind;

// Channels-last memory of [N, C] or [N, C, H, W] as rows of channels.
Rows rows_of(const Tensor& x) { return {x.numel() / x.size(1), x.size(1)}; }

Tensor packed(const Tensor& x) { return x.dim() == 4 ? channels_last(x) : x.contiguous(); }

Tensor empty_of(const Tensor& like) {
  return like.dim() == 4 ? empty_channels_last(like.sizes(), like.options()) : at::empty_like(like);
}

float* floats(const Tensor& x) { return x.mutable_data_ptr<float>(); }
const float* constants(const Tensor& x) {
  return x.defined() ? x.const_data_ptr<float>() : nullptr;
}

// Parts of rows: of a size by the shape alone, so that sums are the same at any number of threads.
struct Parts {
  Rows shape;
  int64_t size, count;

  explicit Parts(Rows shape) : shape(shape) {
    constexpr int64_t kCached = 32768;  // floats
    size = std::clamp<int64_t>(kCached / std::max<int64_t>(1, shape.channels), 32, 512);
    count = (shape.rows + size - 1) / size;
  }
  Rows rows(int64_t part) const {
    return {std::min(size, shape.rows - part * size), shape.channels};
  }
  int64_t offset(int64_t part) const { return part * size * shape.channels; }

  // f(part), in any order.
  template <class F>
  void each(const F& f) const {
    at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
      for (int64_t part = begin; part < end; ++part) f(part);
    });
  }
};

// Sums over the rows of `sets` columns of channels, in double over the parts: sum(part, sets of
// [C]) gives each part's.
template <class Sum>
std::vector<std::vector<double>> column_totals(const Parts& parts, size_t sets, const Sum& sum) {
  const int64_t C = parts.shape.channels;
  std::vector<float> each(parts.count * sets * C);
  parts.each([&](int64_t part) { sum(part, each.data() + part * sets * C); });
  std::vector<std::vector<double>> totals(sets, std::vector<double>(C));
  for (int64_t part = 0; part < parts.count; ++part)
    for (size_t set = 0; set < sets; ++set)
      for (int64_t c = 0; c < C; ++c) totals[set][c] += each[(part * sets + set) * C + c];
  return totals;
}

// Mean and variance of the columns: those of the parts joined (Chan et al. 1979).
struct Moments {
  std::vector<double> mean, squares;  // squares: sum about the mean
};
Moments moments_of(const Parts& parts, const float* x) {
  const int64_t C = parts.shape.channels;
  std::vector<float> each(parts.count * 2 * C);
  parts.each([&](int64_t part) {
    float* const to = each.data() + part * 2 * C;
    kernels::column_moments(x + parts.offset(part), parts.rows(part), to, to + C);
  });
  Moments all{std::vector<double>(C), std::vector<double>(C)};
  double before = 0;
  for (int64_t part = 0; part < parts.count; ++part) {
    const auto n = static_cast<double>(parts.rows(part).rows);
    const float *mean = each.data() + part * 2 * C, *squares = mean + C;
    const double share = n / (before + n);
    for (int64_t c = 0; c < C; ++c) {
      const double apart = mean[c] - all.mean[c];
      all.mean[c] += apart * share;
      all.squares[c] += squares[c] + apart * apart * before * share;
    }
    before += n;
  }
  return all;
}

// What normalization does to each channel: scale x + shift.
struct Norm {
  std::vector<float> scale, shift, mean;
  std::vector<double> inverse;  // 1 / standard deviation
};

void move_average(const Tensor& average, double momentum, int64_t c, double value) {
  float& to = floats(average)[c];
  to = static_cast<float>((1 - momentum) * to + momentum * value);
}

Norm norm_of(const FusedPart& part, const FusedInputs& in, const Tensor& x) {
  const Rows shape = rows_of(x);
  const float *gain = constants(in.gain.value), *shift = constants(in.shift.value);
  const auto n = static_cast<double>(shape.rows);
  Moments moments;
  if (in.training) moments = moments_of(Parts(shape), constants(x));
  Norm norm;
  for (int64_t c = 0; c < shape.channels; ++c) {
    const double mean = in.training ? moments.mean[c] : constants(in.moments[0])[c];
    const double variance = in.training ? moments.squares[c] / n : constants(in.moments[1])[c];
    if (in.training) {
      move_average(in.moments[0], part.momentum, c, mean);
      move_average(in.moments[1], part.momentum, c, moments.squares[c] / (n - 1));
    }
    const double inverse = 1 / std::sqrt(variance + part.epsilon), scale = gain[c] * inverse;
    norm.inverse.push_back(inverse);
    norm.mean.push_back(static_cast<float>(mean));
    norm.scale.push_back(static_cast<float>(scale));
    norm.shift.push_back(static_cast<float>(shift[c] - mean * scale));
  }
  return norm;
}

Convolution2d convolution_of(const FusedPart& part) {
  return {part.stride, part.padding, part.output_padding, part.kind == Kind::conv_transpose};
}

// Without its bias.
Tensor product_of(const FusedPart& part, const Tensor& x, const Tensor& weight) {
  return part.kind == Kind::dense ? dense_forward(x, weight)
                                  : conv_forward(convolution_of(part), x, weight);
}

// y = f(x + bias), where y may be x.
void add_bias(const Tensor& x, const Tensor& bias, double slope, const Tensor& y) {
  if (!bias.defined() && slope == 1 && x.is_same(y)) return;
  const Parts parts(rows_of(x));
  parts.each([&](int64_t part) {
    kernels::bias_activation(constants(x) + parts.offset(part), constants(bias), parts.rows(part),
                             static_cast<float>(slope), floats(y) + parts.offset(part));
  });
}

void normalize(const Tensor& x, const Norm& norm, double slope, const Tensor& y) {
  const Parts parts(rows_of(x));
  parts.each([&](int64_t part) {
    kernels::scale_activation(constants(x) + parts.offset(part), norm.scale.data(),
                              norm.shift.data(), parts.rows(part), static_cast<float>(slope),
                              floats(y) + parts.offset(part));
  });
}

Tensor as_gradient(const std::vector<double>& sums) {
  const auto n = static_cast<int64_t>(sums.size());
  Tensor all = at::empty({n}, at::kFloat);
  for (int64_t i = 0; i < n; ++i) floats(all)[i] = static_cast<float>(sums[i]);
  return all;
}

struct FusedBackward : torch::autograd::Node {
  enum Input : size_t { kX, kWeight, kBias, kGain, kShift, kInputs };

  FusedLayers layers;
  Tensor x, weight;   // for the gradients of weight and x, where they are wanted
  Tensor normalized;  // the norm's input
  Tensor y;           // the activation's output, where no norm comes before it
  Norm norm;
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
    Tensor g = packed(dy[0]);
    dy.clear();
    g = normalized.defined() ? through_norm(g, all) : through_activation(g);
    if (layers.product.kind == Kind::none) {
      all[kX] = g;
      return all;
    }
    if (wanted(kBias)) give(all, kBias, column_sum(g));
    if (wanted(kWeight)) add_weight_gradient(g, all);
    if (wanted(kX))
      all[kX] = layers.product.kind == Kind::dense
                    ? dense_grad_input(g, weight).view(x_sizes)
                    : conv_grad_input(convolution_of(layers.product), g, weight, x_sizes);
    return all;
  }

 private:
  bool wanted(Input input) const { return task_should_compute_output(input); }

  // Where a leaf's gradient is written in place, or added: in backward(), which is not asked for
  // it.
  struct Place {
    Tensor to;
    bool add;
  };
  Place place_of(Input input) const {
    const auto* asked = torch::autograd::get_current_graph_task_exec_info();
    const FusedWeight& leaf = leaves[input];
    if (!leaf.value.defined() || (asked && !asked->empty())) return {{}, false};
    Tensor& grad = leaf.value.mutable_grad();
    if (grad.defined()) return {grad, true};
    grad = leaf.gradient;  // Net::clear_gradients()
    return {grad, false};
  }

  void give(variable_list& all, Input input, const Tensor& gradient) const {
    if (const Place place = place_of(input); place.to.defined())
      place.add ? place.to.add_(gradient) : place.to.copy_(gradient);
    else
      all[input] = gradient;
  }

  Tensor through_activation(const Tensor& dy) const {
    if (!y.defined()) return dy;
    const Tensor g = empty_of(dy);
    const Parts parts(rows_of(dy));
    parts.each([&](int64_t part) {
      const int64_t at = parts.offset(part);
      kernels::activation_gradient(constants(dy) + at, constants(y) + at, parts.rows(part),
                                   static_cast<float>(layers.activation.slope), floats(g) + at);
    });
    return g;
  }

  kernels::Normalized part_of(const Parts& parts, int64_t part) const {
    return {.x = constants(normalized) + parts.offset(part),
            .scale = norm.scale.data(),
            .shift = norm.shift.data(),
            .mean = norm.mean.data(),
            .shape = parts.rows(part),
            .slope = static_cast<float>(layers.activation.slope)};
  }

  // The gradient of the norm's input; gives those of gain and shift.
  Tensor through_norm(const Tensor& dy, variable_list& all) const {
    const Parts parts(rows_of(dy));
    const int64_t C = parts.shape.channels;
    const auto sums = column_totals(parts, 2, [&](int64_t part, float* to) {
      kernels::normalized_sums(part_of(parts, part), constants(dy) + parts.offset(part), to,
                               to + C);
    });
    if (wanted(kShift)) give(all, kShift, as_gradient(sums[0]));
    std::vector<double> gains(C);
    for (int64_t c = 0; c < C; ++c) gains[c] = sums[1][c] * norm.inverse[c];
    if (wanted(kGain)) give(all, kGain, as_gradient(gains));
    // dx = scale (g - mean of g - (x - mean) / sd^2 mean of g (x - mean))
    std::vector<float> a(C), b(C);
    const auto n = static_cast<double>(parts.shape.rows);
    for (int64_t c = 0; c < C && training; ++c) {
      a[c] =
          static_cast<float>(-norm.scale[c] * norm.inverse[c] * norm.inverse[c] * sums[1][c] / n);
      b[c] = static_cast<float>(-norm.scale[c] * sums[0][c] / n);
    }
    const Tensor dx = empty_of(dy);
    parts.each([&](int64_t part) {
      const int64_t at = parts.offset(part);
      kernels::normalized_gradient(part_of(parts, part), constants(dy) + at, a.data(), b.data(),
                                   floats(dx) + at);
    });
    return dx;
  }

  static Tensor column_sum(const Tensor& g) {
    const Parts parts(rows_of(g));
    return as_gradient(column_totals(parts, 1, [&](int64_t part, float* to) {
      kernels::column_sums(constants(g) + parts.offset(part), parts.rows(part), to);
    })[0]);
  }

  void add_weight_gradient(const Tensor& g, variable_list& all) const {
    Place place = place_of(kWeight);
    if (!place.to.defined()) place.to = all[kWeight] = at::empty_like(weight);
    if (layers.product.kind == Kind::dense)
      dense_grad_weight(g, x, place.to, place.add);
    else
      conv_grad_weight(convolution_of(layers.product), g, x, place.to, place.add);
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

bool is_product(const FusedPart& part) {
  return part.kind == Kind::dense || part.kind == Kind::conv || part.kind == Kind::conv_transpose;
}

bool can_fuse(const FusedLayers& layers, const FusedInputs& in) {
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
    const bool is_dense = layers.product.kind == Kind::dense;
    Tensor x = is_dense ? in.x.detach().flatten(1).contiguous() : packed(in.x.detach());
    const bool has_product = layers.product.kind != Kind::none;
    const Tensor product =
        has_product ? product_of(layers.product, x, in.weight.value.detach()) : x;
    const bool has_norm = layers.norm.kind != Kind::none;
    Norm norm;
    if (has_norm) {
      add_bias(product, in.bias.value, 1, product);
      norm = norm_of(layers.norm, in, product);
      y = node || !has_product ? empty_of(product) : product;
      normalize(product, norm, slope, y);
    } else {
      y = has_product ? product : empty_of(product);
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
