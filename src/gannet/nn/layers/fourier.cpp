// Sines and cosines of numbers, by which a network tells what is near apart.
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/bitwise_left_shift.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/sin.h>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"

namespace gannet {
namespace {

struct FourierFeatures : Layer {
  explicit FourierFeatures(int64_t octaves) : octaves_(octaves) {}
  std::string_view kind() const override { return "fourier_features"; }
  std::string settings() const override { return setting("octaves", octaves_); }
  Shape shape(std::span<const Shape> in) const override {
    if (in[0].size() != 1)
      throw Error("Fourier features are of numbers [D], not " + to_string(in[0]), "");
    return {in[0][0] * (1 + 2 * octaves_)};
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    if (octaves_ == 0) return in[0];
    const Tensor k = at::arange(octaves_, in[0].options().dtype(at::kLong));
    const Tensor scales = at::bitwise_left_shift(1, k).to(in[0].scalar_type()).unsqueeze(1);
    const Tensor angles = (in[0].unsqueeze(1) * scales).flatten(1);  // [N, octaves D]
    return at::cat({in[0], at::sin(angles), at::cos(angles)}, 1);
  }

  int64_t octaves_;
};

}  // namespace

LayerPtr fourier_features(int64_t octaves) { return std::make_shared<FourierFeatures>(octaves); }

}  // namespace gannet
