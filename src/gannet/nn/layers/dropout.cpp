#include <ATen/TensorOperators.h>
#include <ATen/ops/ge.h>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"
#include "gannet/tensor/random.h"

namespace gannet {
namespace {

struct Dropout : Layer {
  Dropout(double p, bool always) : p_(p), always_(always) {
    if (!(p >= 0 && p < 1))
      throw Error("dropout probability is " + std::to_string(p) + ", expected [0, 1)", "");
  }
  std::string_view kind() const override { return "dropout"; }
  std::string settings() const override {
    return setting("p", p_) + (always_ ? ", in sampling too" : "");
  }
  Shape shape(std::span<const Shape> in) const override { return in[0]; }
  Tensor reference(std::span<const Tensor> in, Call& call) const override {
    if (p_ == 0 || !(call.mode.training || always_)) return in[0];
    Address address = call.mode.draws;
    address.purpose = Purpose::dropout;
    address.layer = call.layer;
    address.call = call.call_index;
    const Shape shape(in[0].sizes().begin() + 1, in[0].sizes().end());
    const Tensor u =
        call.mode.seeds.empty()
            ? uniform(address, call.mode.first_sample, in[0].size(0), shape, in[0].options())
            : uniform(address, call.mode.seeds, shape, in[0].options());
    return in[0] * u.ge(p_).to(in[0].scalar_type()) * (1 / (1 - p_));
  }
  Linearity linearity(size_t) const override { return Linearity::linear; }

  double p_;
  bool always_;
};

}  // namespace

LayerPtr dropout(double p, bool always) { return std::make_shared<Dropout>(p, always); }

}  // namespace gannet
