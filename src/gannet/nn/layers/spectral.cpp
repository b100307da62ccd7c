// Spectral normalization: a layer between a weight and its user.
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/dot.h>
#include <ATen/ops/mv.h>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"

namespace gannet {
namespace {

Tensor normalized(const Tensor& x) { return x / x.norm().clamp_min(1e-12); }

struct SpectralNorm : Layer {
  explicit SpectralNorm(int64_t axis) : axis_(axis) {}

  std::string_view kind() const override { return "spectral_norm"; }
  Shape shape(std::span<const Shape> in) const override {
    if (static_cast<int64_t>(in[0].size()) <= axis_ || in[0].size() < 2)
      throw Error("a weight of shape " + to_string(in[0]) + " has no spectral norm", "");
    return in[0];
  }
  std::vector<StateSlot> state(std::span<const Shape> in) const override {
    return {{"u", {in[0][axis_]}, 1}};
  }
  Tensor reference(std::span<const Tensor> in, Call& call) const override {
    const Tensor& weight = in[0];
    const Tensor matrix = (axis_ == 0 ? weight : weight.transpose(0, axis_)).flatten(1);  // [O, I]
    Tensor u, v;  // the first singular vectors, constants of the gradient
    {
      const at::NoGradGuard constants;
      u = normalized(call.state[0]);  // an average's is not of length 1
      v = normalized(matrix.t().mv(u));
      if (call.mode.training) {
        u = normalized(matrix.mv(v));
        call.state[0].copy_(u);
      }
    }
    return weight / u.dot(matrix.mv(v));
  }
  int64_t flops(std::span<const Shape>, const Shape&) const override { return 0; }  // once a batch

  int64_t axis_;
};

}  // namespace

LayerPtr spectral_norm(int64_t axis) { return std::make_shared<SpectralNorm>(axis); }

}  // namespace gannet
