// Virtual batch normalization: a fixed reference batch goes through the net before each batch.
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/where.h>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"
#include "gannet/tensor/process_group.h"

namespace gannet {
namespace {

// The first call in training mode keeps the first samples of its batch.
struct KeepReference : Layer {
  explicit KeepReference(int64_t samples) : samples_(samples) {
    if (samples < 2) throw Error("a reference batch of " + std::to_string(samples), "");
  }
  std::string_view kind() const override { return "keep_reference"; }
  Shape shape(std::span<const Shape> in) const override { return in[0]; }
  std::vector<StateSlot> state(std::span<const Shape> in) const override {
    Shape batch = in[0];
    batch.insert(batch.begin(), samples_);
    return {{"batch", batch, 0}, {"kept", {1}, 0}};
  }
  Tensor reference(std::span<const Tensor> in, Call& call) const override {
    Tensor batch;
    {
      const at::NoGradGuard constants;
      // In an average of nets both states are scaled by the same factor.
      const Tensor& kept = call.state[1];
      batch = at::where(kept > 0, call.state[0] / kept,
                        first(all_gather(in[0].detach(), call.mode.group)));
      if (call.mode.training) {
        call.state[0].copy_(batch);
        call.state[1].fill_(1);
      }
    }
    return at::cat({batch, in[0]});
  }
  int64_t flops(std::span<const Shape>, const Shape&) const override { return 0; }
  bool per_sample() const override { return false; }  // while the first batch chooses

  Tensor first(const Tensor& x) const {
    const auto numbers = at::TensorOptions(at::kLong).device(x.device());
    return x.index_select(0, at::arange(samples_, numbers).remainder(x.size(0)));
  }

  int64_t samples_;
};

struct DropReference : Layer {
  explicit DropReference(int64_t samples) : samples_(samples) {}
  std::string_view kind() const override { return "drop_reference"; }
  Shape shape(std::span<const Shape> in) const override { return in[0]; }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    return in[0].narrow(0, samples_, in[0].size(0) - samples_);
  }
  int64_t flops(std::span<const Shape>, const Shape&) const override { return 0; }

  int64_t samples_;
};

// Mean and variance along axes that stay as ones.
struct Moments {
  Tensor mean, variance;

  Moments(const Tensor& x, const std::vector<int64_t>& axes)
      : mean(axes.empty() ? x : x.mean(axes, /*keepdim=*/true)),
        variance(axes.empty() ? x - x : (x - mean).square().mean(axes, /*keepdim=*/true)) {}
};

struct VirtualBatchNorm : Layer {
  VirtualBatchNorm(int64_t samples, double epsilon) : samples_(samples), epsilon_(epsilon) {
    if (samples < 2)
      throw Error("virtual batch normalization without a reference batch", "",
                  "keep_reference() before it, drop_reference() at the end");
  }
  std::string_view kind() const override { return "virtual_batch_norm"; }
  std::string settings() const override { return setting("epsilon", epsilon_); }
  Shape shape(std::span<const Shape> in) const override {
    if (in[0].empty() || in[1] != Shape{in[0][0]})
      throw Error("input " + to_string(in[0]) + " does not fit weight " + to_string(in[1]), "");
    return in[0];
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    const Tensor of = in[0].narrow(0, 0, samples_);
    const Tensor x = in[0].narrow(0, samples_, in[0].size(0) - samples_);
    std::vector<int64_t> spatial, all{0};
    for (int64_t axis = 2; axis < x.dim(); ++axis) spatial.push_back(axis);
    all.insert(all.end(), spatial.begin(), spatial.end());
    const Moments fixed(of, all), own(x, spatial);
    // Each sample joins the reference batch as one more.
    const double share = 1 / static_cast<double>(samples_ + 1);
    const Tensor apart = own.mean - fixed.mean;
    const Tensor mean = fixed.mean + share * apart;
    const Tensor variance =
        (1 - share) * fixed.variance + share * own.variance + share * (1 - share) * apart.square();
    const Tensor y = at::cat({(of - fixed.mean) * (fixed.variance + epsilon_).rsqrt(),
                              (x - mean) * (variance + epsilon_).rsqrt()});
    Shape column(x.dim(), 1);
    column[1] = x.size(1);
    return y * in[1].reshape(column) + in[2].reshape(column);
  }
  bool per_sample() const override {
    return false;
  }  // the reference's samples depend on each other

  int64_t samples_;
  double epsilon_;
};

}  // namespace

LayerPtr keep_reference(int64_t samples) { return std::make_shared<KeepReference>(samples); }
LayerPtr drop_reference(int64_t samples) { return std::make_shared<DropReference>(samples); }
LayerPtr virtual_batch_norm(int64_t samples, double epsilon) {
  return std::make_shared<VirtualBatchNorm>(samples, epsilon);
}

}  // namespace gannet
