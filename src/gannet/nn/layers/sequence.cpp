// Layers for text [T, W], T tokens of width W, and for conditioning images on it. Positions where
// `tokens` (int64 [T]) is 0 are padding and masked out.
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/softmax.h>

#include <cmath>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"

namespace gannet {
namespace {

// A score whose weight after the softmax is exactly 0.
constexpr double kMasked = -1e9;

void require_sentence(const Shape& x, const Shape& tokens) {
  if (x.size() != 2 || tokens != Shape{x[0]})
    throw Error(to_string(x) + " is not a sentence of the tokens " + to_string(tokens), "");
}

struct PositionalEmbedding : Layer {
  std::string_view kind() const override { return "positional_embedding"; }
  Shape shape(std::span<const Shape> in) const override {
    if (in[0] != in[1])
      throw Error("input " + to_string(in[0]) + " does not fit weight " + to_string(in[1]), "");
    return in[0];
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override { return in[0] + in[1]; }
};

struct LayerNorm : Layer {
  explicit LayerNorm(double epsilon) : epsilon_(epsilon) {}
  std::string_view kind() const override { return "layer_norm"; }
  std::string settings() const override { return setting("epsilon", epsilon_); }
  Shape shape(std::span<const Shape> in) const override {
    if (in[0].empty() || in[1] != Shape{in[0].back()})
      throw Error("input " + to_string(in[0]) + " does not fit weight " + to_string(in[1]), "");
    if (in[0].back() == 1) throw Error("a width of 1 cannot be normalized", "");
    return in[0];
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    return at::layer_norm(in[0], {in[0].size(-1)}, in[1], in[2], epsilon_, false);
  }
  double epsilon_;
};

struct Linear : Layer {
  std::string_view kind() const override { return "linear"; }
  Shape shape(std::span<const Shape> in) const override {
    if (in[0].empty() || in[0].back() != in[1].at(1))
      throw Error("input " + to_string(in[0]) + " does not fit weight " + to_string(in[1]), "");
    Shape out = in[0];
    out.back() = in[1][0];
    return out;
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    return at::linear(in[0], in[1], in.size() > 2 ? in[2] : Tensor());
  }
  int64_t flops(std::span<const Shape> in, const Shape& out) const override {
    return 2 * count(out) * in[0].back();
  }
};

struct TokenAttention : Layer {
  explicit TokenAttention(int64_t heads) : heads_(heads) {
    if (heads < 1) throw Error("attention of " + std::to_string(heads) + " heads", "");
  }
  std::string_view kind() const override { return "token_attention"; }
  std::string settings() const override { return setting("heads", heads_); }
  Shape shape(std::span<const Shape> in) const override {
    require_sentence(in[0], in[3]);
    if (in[1] != in[0] || in[2] != in[0])
      throw Error("no attention of " + to_string(in[0]) + " to " + to_string(in[1]) +
                      " with values " + to_string(in[2]),
                  "");
    if (in[0][1] % heads_ != 0)
      throw Error(
          to_string(in[0]) + " cannot be split into " + std::to_string(heads_) + " equal heads",
          "");
    return in[0];
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    const int64_t n = in[0].size(0), t = in[0].size(1), width = in[0].size(2) / heads_;
    const auto split = [&](const Tensor& x) {
      return x.reshape({n, t, heads_, width}).transpose(1, 2);  // [N, heads, T, width]
    };
    const Tensor padded = (in[3] == 0).reshape({n, 1, 1, t});
    const Tensor scores = at::matmul(split(in[0]), split(in[1]).transpose(2, 3)) /
                          std::sqrt(static_cast<double>(width));
    const Tensor weights = at::softmax(scores.masked_fill(padded, kMasked), 3);
    return at::matmul(weights, split(in[2])).transpose(1, 2).reshape({n, t, heads_ * width});
  }
  int64_t flops(std::span<const Shape> in, const Shape&) const override {
    return 4 * in[0][0] * in[0][0] * in[0][1];
  }
  int64_t heads_;
};

struct TokenMean : Layer {
  std::string_view kind() const override { return "token_mean"; }
  Shape shape(std::span<const Shape> in) const override {
    require_sentence(in[0], in[1]);
    return {in[0][1]};
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    const Tensor kept = (in[1] != 0).to(in[0].scalar_type()).unsqueeze(2);  // [N, T, 1]
    return (in[0] * kept).sum(1) / kept.sum(1).clamp_min(1);
  }
  int64_t flops(std::span<const Shape> in, const Shape&) const override { return 2 * count(in[0]); }
};

struct Modulation : Layer {
  std::string_view kind() const override { return "modulation"; }
  Shape shape(std::span<const Shape> in) const override {
    if (in[0].empty() || in[1] != Shape{2 * in[0][0]})
      throw Error("a style of shape " + to_string(in[1]) + " does not modulate " + to_string(in[0]),
                  "");
    return in[0];
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    const int64_t channels = in[0].size(1);
    Shape to(in[0].dim(), 1);
    to[0] = in[0].size(0);
    to[1] = channels;
    const Tensor gain = in[1].narrow(1, 0, channels).reshape(to),
                 shift = in[1].narrow(1, channels, channels).reshape(to);
    return in[0] * (1 + gain) + shift;
  }
};

struct ConcatBroadcast : Layer {
  std::string_view kind() const override { return "concat_broadcast"; }
  Shape shape(std::span<const Shape> in) const override {
    if (in[0].size() < 2 || in[1].size() != 1)
      throw Error(
          "expected an image and a vector, not " + to_string(in[0]) + " and " + to_string(in[1]),
          "");
    Shape out = in[0];
    out[0] += in[1][0];
    return out;
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    const int64_t n = in[0].size(0), all = in[1].size(0);
    if (all % n != 0)
      throw Error(std::to_string(all) + " vectors for " + std::to_string(n) + " images", "");
    const Tensor x = all == n ? in[0] : at::cat(std::vector<Tensor>(all / n, in[0]));
    Tensor y = in[1];
    while (y.dim() < x.dim()) y = y.unsqueeze(-1);
    Shape to(x.sizes().begin(), x.sizes().end());
    to[1] = in[1].size(1);
    return at::cat({x, y.expand(to)}, 1);
  }
  Linearity linearity(size_t) const override { return Linearity::linear; }
  int64_t flops(std::span<const Shape>, const Shape&) const override { return 0; }
};

}  // namespace

LayerPtr positional_embedding() { return std::make_shared<PositionalEmbedding>(); }
LayerPtr layer_norm(double epsilon) { return std::make_shared<LayerNorm>(epsilon); }
LayerPtr linear() { return std::make_shared<Linear>(); }
LayerPtr token_attention(int64_t heads) { return std::make_shared<TokenAttention>(heads); }
LayerPtr token_mean() { return std::make_shared<TokenMean>(); }
LayerPtr modulation() { return std::make_shared<Modulation>(); }
LayerPtr concat_broadcast() { return std::make_shared<ConcatBroadcast>(); }

}  // namespace gannet
