#include <ATen/ops/batch_norm.h>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"

namespace gannet {
namespace {

struct BatchNorm : Layer {
  BatchNorm(double momentum, double epsilon) : momentum_(momentum), epsilon_(epsilon) {}

  std::string_view kind() const override { return "norm"; }
  Shape shape(std::span<const Shape> in) const override {
    if (in[0].empty() || in[1] != Shape{in[0][0]})
      throw Error("input " + to_string(in[0]) + " does not fit weight " + to_string(in[1]), "");
    return in[0];
  }
  std::vector<StateSlot> state(std::span<const Shape> in) const override {
    return {{"running_mean", in[1], 0}, {"running_var", in[1], 1}};
  }
  Tensor reference(std::span<const Tensor> in, Call& call) const override {
    if (call.mode.training && in[0].numel() == in[0].size(1))
      throw Error("batch normalisation needs more than one value a channel in training",
                  "a batch of 1", "a larger --batch");
    return at::batch_norm(in[0], in[1], in[2], call.state[0], call.state[1], call.mode.training,
                          momentum_, epsilon_, false);
  }
  bool per_image() const override { return false; }

  double momentum_, epsilon_;
};

}  // namespace

LayerPtr batch_norm(double momentum, double epsilon) {
  return std::make_shared<BatchNorm>(momentum, epsilon);
}

}  // namespace gannet
