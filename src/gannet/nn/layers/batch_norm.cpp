#include <ATen/TensorOperators.h>
#include <ATen/ops/batch_norm.h>

#include "gannet/base/error.h"
#include "gannet/nn/detail/sync_batch_norm.h"
#include "gannet/nn/layers.h"
#include "gannet/nn/layers/lookup.h"

namespace gannet {
namespace {

// State running_mean and running_var.
struct BatchStatistics : Layer {
  BatchStatistics(double momentum, double epsilon) : momentum_(momentum), epsilon_(epsilon) {}

  std::vector<StateSlot> state(std::span<const Shape> in) const override {
    return {{"running_mean", {in[0][0]}, 0}, {"running_var", {in[0][0]}, 1}};
  }
  bool per_sample() const override { return false; }
  std::string settings() const override {
    return setting("epsilon", epsilon_) + ", " + setting("momentum", momentum_);
  }

  Tensor normalize(const Tensor& x, const std::optional<Tensor>& weight,
                   const std::optional<Tensor>& bias, Call& call) const {
    const ProcessGroup* group = call.mode.training && call.mode.sync_bn ? call.mode.group : nullptr;
    if (call.mode.training && x.numel() == x.size(1) && (group == nullptr || group->size() == 1))
      throw Error("batch normalization needs more than one value a channel in training",
                  "a batch of 1", "a larger --batch");
    if (group != nullptr)
      return sync_batch_norm(x, {weight, bias}, {call.state[0], call.state[1], momentum_}, epsilon_,
                             *group);
    return at::batch_norm(x, weight, bias, call.state[0], call.state[1], call.mode.training,
                          momentum_, epsilon_, false);
  }

  double momentum_, epsilon_;
};

struct BatchNorm : BatchStatistics {
  using BatchStatistics::BatchStatistics;
  std::string_view kind() const override { return "batch_norm"; }
  Precision precision() const override { return Precision::any; }
  Shape shape(std::span<const Shape> in) const override {
    if (in[0].empty() || in[1] != Shape{in[0][0]})
      throw Error("input " + to_string(in[0]) + " does not fit weight " + to_string(in[1]), "");
    return in[0];
  }
  Tensor reference(std::span<const Tensor> in, Call& call) const override {
    return normalize(in[0], in[1], in[2], call);
  }
  FusedPart fused_part() const override {
    return {.kind = FusedPart::Kind::batch_norm, .momentum = momentum_, .epsilon = epsilon_};
  }
};

struct ConditionalBatchNorm : BatchStatistics {
  using BatchStatistics::BatchStatistics;
  std::string_view kind() const override { return "conditional_batch_norm"; }
  Shape shape(std::span<const Shape> in) const override {
    if (in[0].empty() || in[2].size() != 2 || in[2][1] != in[0][0] || in[3] != in[2])
      throw Error("input " + to_string(in[0]) + " does not fit weight " + to_string(in[2]), "");
    if (!in[1].empty())
      throw Error("a norm for each class needs one label for each sample, not " + to_string(in[1]),
                  "");
    return in[0];
  }
  Tensor reference(std::span<const Tensor> in, Call& call) const override {
    const Tensor& x = in[0];
    Shape columns(x.dim(), 1);
    columns[0] = x.size(0);
    columns[1] = x.size(1);
    return normalize(x, {}, {}, call) * look_up(in[2], in[1]).reshape(columns) +
           look_up(in[3], in[1]).reshape(columns);
  }
};

}  // namespace

LayerPtr batch_norm(double momentum, double epsilon) {
  return std::make_shared<BatchNorm>(momentum, epsilon);
}
LayerPtr conditional_batch_norm(double momentum, double epsilon) {
  return std::make_shared<ConditionalBatchNorm>(momentum, epsilon);
}

}  // namespace gannet
