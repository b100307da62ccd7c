#include <ATen/TensorOperators.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/zeros.h>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"

namespace gannet {
namespace {

// x [E, T], weight_ih [3 M, E], weight_hh [3 M, M], bias_ih and bias_hh [3 M].
struct Gru : Layer {
  std::string_view kind() const override { return "gru"; }
  Shape shape(std::span<const Shape> in) const override {
    const Shape &x = in[0], &w = in[1], &u = in[2];
    if (x.size() != 2 || w.size() != 2 || w[0] % 3 != 0 || w[1] != x[0] ||
        u != Shape{w[0], w[0] / 3})
      throw Error("input " + to_string(x) + " does not fit weights " + to_string(w) + " and " +
                      to_string(u),
                  "");
    return {u[1], x[1]};
  }

  Tensor reference(std::span<const Tensor> in, Call&) const override {
    const Tensor w = in[1].t(), u = in[2].t();
    const int64_t steps = in[0].size(2);
    Tensor h = at::zeros({in[0].size(0), in[2].size(1)}, in[0].options());
    std::vector<Tensor> states;
    for (int64_t t = 0; t < steps; ++t) {
      // Of the reset gate, the update gate and the candidate, in this order.
      const std::vector<Tensor> x = at::addmm(in[3], in[0].select(2, t), w).chunk(3, 1);
      const std::vector<Tensor> a = at::addmm(in[4], h, u).chunk(3, 1);
      const Tensor reset = at::sigmoid(x[0] + a[0]), update = at::sigmoid(x[1] + a[1]);
      const Tensor candidate = at::tanh(x[2] + reset * a[2]);
      h = candidate + update * (h - candidate);
      states.push_back(h);
    }
    return at::stack(states, 2);
  }

  int64_t flops(std::span<const Shape> in, const Shape& out) const override {
    return 2 * out[1] * (count(in[1]) + count(in[2]));
  }
};

}  // namespace

LayerPtr gru() { return std::make_shared<Gru>(); }

}  // namespace gannet
