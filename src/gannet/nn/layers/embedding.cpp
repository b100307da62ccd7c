#include <ATen/ops/embedding.h>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"
#include "gannet/nn/layers/lookup.h"

namespace gannet {
namespace {

struct Embedding : Layer {
  std::string_view kind() const override { return "embedding"; }
  Shape shape(std::span<const Shape> in) const override {
    Shape out = in[0];
    out.push_back(in[1].at(1));
    return out;
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    return look_up(in[1], in[0]);
  }
  int64_t flops(std::span<const Shape>, const Shape&) const override { return 0; }
};

}  // namespace

Tensor look_up(const Tensor& table, const Tensor& numbers) {
  if (!numbers.is_floating_point() && numbers.numel() > 0 && numbers.device().is_cpu()) {
    // ATen reads out of bounds silently on some back ends; here a wrong label is an error with
    // its number.
    const auto [low, high] = numbers.aminmax();
    if (low.item<int64_t>() < 0 || high.item<int64_t>() >= table.size(0))
      throw Error(
          "label or token " +
              std::to_string(low.item<int64_t>() < 0 ? low.item<int64_t>() : high.item<int64_t>()) +
              " is not in [0, " + std::to_string(table.size(0)) + ")",
          "");
  }
  return at::embedding(table, numbers);
}

LayerPtr embedding() { return std::make_shared<Embedding>(); }

}  // namespace gannet
