#include <ATen/ops/linear.h>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"

namespace gannet {
namespace {

struct Dense : Layer {
  std::string_view kind() const override { return "dense"; }
  Precision precision() const override { return Precision::bf16; }
  Shape shape(std::span<const Shape> in) const override {
    if (count(in[0]) != in[1].at(1))
      throw Error("input " + to_string(in[0]) + " does not fit weight " + to_string(in[1]), "");
    return {in[1][0]};
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    const Tensor x = in[0].dim() == 2 ? in[0] : in[0].flatten(1);
    return at::linear(x, in[1], in.size() > 2 ? in[2] : Tensor());
  }
  Linearity linearity(size_t input) const override {
    return input == 2 ? Linearity::bias : Linearity::multilinear;
  }
  FusedPart fused_part() const override { return {.kind = FusedPart::Kind::dense}; }
  int64_t flops(std::span<const Shape> in, const Shape&) const override { return 2 * count(in[1]); }
};

}  // namespace

LayerPtr dense() { return std::make_shared<Dense>(); }

}  // namespace gannet
