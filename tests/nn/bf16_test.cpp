// Nets whose products are in bfloat16 beside the same nets in float64.
#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include "gannet/nn/net.h"
#include "support/numbers.h"
#include "support/weights.h"

namespace gannet {
namespace {

using test::numbers;

const RunMode kFull{.training = true, .requires_grad = true},
    kBf16{.training = true, .requires_grad = true, .bf16 = true};

NetSpec small_generator() {
  NetSpec G("G", {8});
  G.dense({16, 4, 4}).batch_norm().relu();
  return G.conv_transpose(8).batch_norm().relu().conv_transpose(3).tanh();
}
NetSpec small_discriminator() {
  NetSpec D("D", {3, 16, 16});
  D.conv_down(8).leaky_relu(0.2).output("features");
  D.conv_down(16).norm("batch").leaky_relu(0.2).mark("h").conv(16, 3).add("h");
  return D.avg_pool().dense(1);
}

double relative_error(const Tensor& a, const Tensor& exact) {
  return ((a.to(at::kDouble) - exact).norm() / exact.norm()).item<double>();
}

struct Case {
  NetSpec (*spec)();
  Shape input;
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.spec().name(); }

class Bf16 : public testing::TestWithParam<Case> {
 protected:
  struct Pass {
    Tensor gradients, state;
  };
  // Of a loss of the output, by a new net in this mode.
  Pass pass(const RunMode& mode, at::ScalarType type) const {
    Net start(GetParam().spec(), 1), net(GetParam().spec(), 1, 0, type);
    net.parameters.copy_(start.parameters);
    net.set_mode(mode);
    const Tensor y = net(numbers("x", GetParam().input).to(type));
    EXPECT_EQ(y.scalar_type(), type);
    test::weighted(y).backward();
    return {net.gradients, net.state};
  }
};

TEST_P(Bf16, GradientsAndStatisticsAreNearAndInFloat32) {
  const Pass exact = pass(kFull, at::kDouble), full = pass(kFull, at::kFloat),
             bf16 = pass(kBf16, at::kFloat);
  EXPECT_LT(relative_error(full.gradients, exact.gradients), 1e-5);
  EXPECT_LT(relative_error(bf16.gradients, exact.gradients), 0.03);
  EXPECT_GT(relative_error(bf16.gradients, exact.gradients), 1e-4) << "nothing was in bfloat16";
  EXPECT_LT(relative_error(bf16.state, exact.state), 0.005);
  EXPECT_EQ(bf16.gradients.scalar_type(), at::kFloat);
  EXPECT_EQ(bf16.state.scalar_type(), at::kFloat);
}

TEST_P(Bf16, InputGradientsAndPenaltiesStayInFull) {
  Net net(GetParam().spec(), 1);
  const Tensor x = numbers("x", GetParam().input).to(at::kFloat).set_requires_grad(true);
  const auto input_gradient = [&](const RunMode& mode) {
    net.set_mode(mode);
    return net.vjp(x, {}, Condition{}).grad.detach();
  };
  EXPECT_TRUE(input_gradient(kBf16).equal(input_gradient(kFull)));
}

INSTANTIATE_TEST_SUITE_P(Nets, Bf16,
                         testing::Values(Case{small_generator, {4, 8}},
                                         Case{small_discriminator, {4, 3, 16, 16}}));

}  // namespace
}  // namespace gannet
