// Normalizations within a sample, and the minibatch standard deviation.
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/group_norm.h>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"
#include "gannet/tensor/process_group.h"

namespace gannet {
namespace {

struct GroupNorm : Layer {
  GroupNorm(int64_t groups, double epsilon) : groups_(groups), epsilon_(epsilon) {}

  std::string_view kind() const override { return groups_ == 0 ? "instance_norm" : "group_norm"; }
  std::string settings() const override {
    return (groups_ > 0 ? setting("groups", groups_) + ", " : "") + setting("epsilon", epsilon_);
  }
  Shape shape(std::span<const Shape> in) const override {
    if (in[0].empty() || in[1] != Shape{in[0][0]})
      throw Error("input " + to_string(in[0]) + " does not fit weight " + to_string(in[1]), "");
    const int64_t groups = groups_ == 0 ? in[0][0] : groups_;
    if (groups < 1 || in[0][0] % groups != 0)
      throw Error(to_string(in[0]) + " has no " + std::to_string(groups) + " equal groups", "");
    if (count(in[0]) == groups)
      throw Error("a group of " + to_string(in[0]) + " is a single number", "");
    return in[0];
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    const int64_t groups = groups_ == 0 ? in[0].size(1) : groups_;
    return at::group_norm(in[0].contiguous(), groups, in[1], in[2], epsilon_, false);
  }

  int64_t groups_;
  double epsilon_;
};

constexpr double kPixelEpsilon = 1e-8;

struct PixelNorm : Layer {
  std::string_view kind() const override { return "pixel_norm"; }
  std::string settings() const override { return setting("epsilon", kPixelEpsilon); }
  Shape shape(std::span<const Shape> in) const override {
    if (in[0].empty()) throw Error("normalization needs channels", "");
    return in[0];
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    return in[0] * (in[0].square().mean(1, /*keepdim=*/true) + kPixelEpsilon).rsqrt();
  }
};

struct MinibatchStddev : Layer {
  explicit MinibatchStddev(int64_t group) : group_(group) {
    if (group < 0) throw Error("groups of " + std::to_string(group) + " samples", "");
  }
  std::string_view kind() const override { return "minibatch_stddev"; }
  std::string settings() const override { return setting("group", group_); }
  Shape shape(std::span<const Shape> in) const override {
    if (in[0].empty()) throw Error("a minibatch standard deviation needs channels", "");
    Shape out = in[0];
    ++out[0];
    return out;
  }
  Tensor reference(std::span<const Tensor> in, Call& call) const override {
    const Tensor x = all_gather(in[0], call.mode.group);
    const int64_t n = x.size(0), group = group_ == 0 ? n : std::min(group_, n);
    if (n % group != 0)
      throw Error(
          "a batch of " + std::to_string(n) + " has no equal groups of " + std::to_string(group),
          "minibatch standard deviation", "another --batch");
    // Sample i is in group i mod (n / group), as in StyleGAN's code.
    const Tensor grouped = x.reshape({group, n / group, -1});              // [g, M, F]
    const Tensor variance = (grouped - grouped.mean(0)).square().mean(0);  // [M, F]
    const Tensor mean = (variance + 1e-8).sqrt().mean(1);                  // [M]
    const Tensor own = own_part(mean.repeat({group}), call.mode.group);
    Shape to(in[0].sizes().begin(), in[0].sizes().end());
    to[1] = 1;
    Shape column(x.dim(), 1);
    column[0] = own.size(0);
    return at::cat({in[0], own.reshape(column).expand(to)}, 1);
  }
  bool per_sample() const override { return false; }

  int64_t group_;
};

}  // namespace

LayerPtr group_norm(int64_t groups, double epsilon) {
  return std::make_shared<GroupNorm>(groups, epsilon);
}
LayerPtr pixel_norm() { return std::make_shared<PixelNorm>(); }
LayerPtr minibatch_stddev(int64_t group) { return std::make_shared<MinibatchStddev>(group); }

}  // namespace gannet
