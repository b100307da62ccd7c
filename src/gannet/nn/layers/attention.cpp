// The parts of self-attention: max pooling, attention between positions, a learnt scale.
#include <ATen/TensorOperators.h>
#include <ATen/ops/bmm.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/max_pool2d_with_indices.h>
#include <ATen/ops/softmax.h>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"

namespace gannet {
namespace {

struct MaxPool : Layer {
  explicit MaxPool(int64_t by) : by_(by) {
    if (by < 1) throw Error("max pooling by " + std::to_string(by), "");
  }
  std::string_view kind() const override { return "max_pool"; }
  std::string settings() const override { return setting("by", by_); }
  Shape shape(std::span<const Shape> in) const override {
    Shape out = in[0];
    if (out.size() != 2 && out.size() != 3)
      throw Error("pooling needs [C, T] or [C, H, W], not " + to_string(in[0]), "");
    for (size_t axis = 1; axis < out.size(); ++axis)
      if ((out[axis] /= by_) < 1)
        throw Error(to_string(in[0]) + " cannot be pooled by " + std::to_string(by_), "");
    return out;
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    const Tensor y = at::max_pool2d(plane(in[0]), sides(in[0]));
    return in[0].dim() == 3 ? y.squeeze(2) : y;
  }
  Linearity linearity(size_t) const override { return Linearity::piecewise_linear; }
  Tensor jvp(std::span<const Tensor> tangents, std::span<const Tensor> primals,
             Call&) const override {
    const Tensor chosen =
        std::get<1>(at::max_pool2d_with_indices(plane(primals[0]), sides(primals[0])));
    const Tensor y = tangents[0].flatten(2).gather(2, chosen.flatten(2)).view(chosen.sizes());
    return tangents[0].dim() == 3 ? y.squeeze(2) : y;
  }
  int64_t flops(std::span<const Shape> in, const Shape&) const override { return count(in[0]); }

  static Tensor plane(const Tensor& x) { return x.dim() == 3 ? x.unsqueeze(2) : x; }
  Shape sides(const Tensor& x) const { return {x.dim() == 3 ? 1 : by_, by_}; }

  int64_t by_;
};

int64_t positions(const Shape& s) { return s.empty() || s[0] == 0 ? 0 : count(s) / s[0]; }

struct Attention : Layer {
  std::string_view kind() const override { return "attention"; }
  Shape shape(std::span<const Shape> in) const override {
    const Shape &q = in[0], &k = in[1], &v = in[2];
    if (q.size() < 2 || k.size() < 2 || v.size() < 2 || q[0] != k[0] ||
        positions(k) != positions(v))
      throw Error("no attention of " + to_string(q) + " to " + to_string(k) + " with values " +
                      to_string(v),
                  "");
    Shape out = q;
    out[0] = v[0];
    return out;
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    const Tensor q = in[0].flatten(2), k = in[1].flatten(2),
                 v = in[2].flatten(2);  // [N, D, positions]
    const Tensor weights =
        at::softmax(at::bmm(q.transpose(1, 2), k), 2);  // [N, positions of q, of k]
    Shape to(in[0].sizes().begin(), in[0].sizes().end());
    to[1] = v.size(1);
    return at::bmm(v, weights.transpose(1, 2)).reshape(to);
  }
  int64_t flops(std::span<const Shape> in, const Shape&) const override {
    return 2 * positions(in[0]) * positions(in[1]) * (in[0][0] + in[2][0]);
  }
};

struct Scale : Layer {
  std::string_view kind() const override { return "scale"; }
  Shape shape(std::span<const Shape> in) const override {
    if (in[1] != Shape{1}) throw Error("a scale of shape " + to_string(in[1]) + ", not [1]", "");
    return in[0];
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override { return in[0] * in[1]; }
  Linearity linearity(size_t) const override { return Linearity::multilinear; }
};

}  // namespace

LayerPtr max_pool(int64_t by) { return std::make_shared<MaxPool>(by); }
LayerPtr attention() { return std::make_shared<Attention>(); }
LayerPtr scale() { return std::make_shared<Scale>(); }

}  // namespace gannet
