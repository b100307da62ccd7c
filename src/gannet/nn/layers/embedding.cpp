#include <ATen/ops/embedding.h>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"

namespace gannet {
namespace {

struct Embedding : Layer {
  std::string_view kind() const override { return "embed"; }
  Shape shape(std::span<const Shape> in) const override {
    Shape out = in[0];
    out.push_back(in[1].at(1));
    return out;
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    const Tensor &x = in[0], &weight = in[1];
    if (!x.is_floating_point() && x.numel() > 0 && x.device().is_cpu()) {
      // ATen reads out of bounds silently on some back ends; here a wrong label is an error with
      // its number.
      const auto [low, high] = x.aminmax();
      if (low.item<int64_t>() < 0 || high.item<int64_t>() >= weight.size(0))
        throw Error("label or token " +
                        std::to_string(low.item<int64_t>() < 0 ? low.item<int64_t>()
                                                               : high.item<int64_t>()) +
                        " is not in [0, " + std::to_string(weight.size(0)) + ")",
                    "");
    }
    return at::embedding(weight, x);
  }
  int64_t flops(std::span<const Shape>, const Shape&) const override { return 0; }
};

}  // namespace

LayerPtr embedding() { return std::make_shared<Embedding>(); }

}  // namespace gannet
