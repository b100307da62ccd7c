// Net::with_slope: the slope by finite differences, what is made of it differentiated again, and
// where its gradients go.
#include <ATen/core/grad_mode.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"
#include "gannet/nn/net.h"
#include "support/numbers.h"

namespace gannet {
namespace {

using test::numbers;

const at::TensorOptions kDouble = at::TensorOptions().dtype(at::kDouble);
const Mode kTraining{.training = true, .draws = {.seed = 3, .step = 1}};
const Mode kLearning{.training = true, .thawed = true, .draws = {.seed = 3, .step = 1}};

struct Trial {
  std::string name;
  NetSpec spec;
  Tensor x;
  Condition condition = {};
};

// Between them every layer; batch norm too, which is differentiable even where a penalty should not
// use it.
std::vector<Trial> trials() {
  const Tensor labels = at::tensor(std::vector<int64_t>{2, 0, 2}, at::kLong);
  const Tensor points = numbers("x", {3, 4}), images = numbers("x", {3, 2, 4, 4});
  std::vector<Trial> all = {
      {"maxout", NetSpec("D", {4}).maxout(3, 2).dropout(0.3).dense(1), points},
      {"conv", NetSpec("D", {2, 4, 4}).down(3).leaky(0.2).dense(1), images},
      {"patches", NetSpec("D", {2, 4, 4}).conv(3, 3).tanh().conv(1, 1), images},
      {"up", NetSpec("D", {2, 4, 4}).up(2).activation("silu").upsample().down(1).dense(1), images},
      {"skip",
       NetSpec("D", {2, 4, 4})
           .mark("x0")
           .conv(2, 3)
           .activation("softplus")
           .add("x0")
           .concat("x0")
           .dense(1),
       images},
      {"norm", NetSpec("D", {2, 4, 4}).conv(3, 3).norm().activation("gelu").dense(1), images},
      {"1d", NetSpec("D", {2, 8}).conv(3, 5, {.stride = 2}).sigmoid().up(2).upsample().dense(1),
       numbers("x", {3, 2, 8})},
  };
  all.push_back({"group norm",
                 NetSpec("D", {2, 4, 4})
                     .conv(4, 3)
                     .group_norm(2)
                     .tanh()
                     .conv(4, 3, {.groups = 2})
                     .layer_norm()
                     .tanh()
                     .conv(2, 1)
                     .instance_norm()
                     .tanh()
                     .dense(1),
                 images});
  all.push_back({"pixel norm",
                 NetSpec("D", {2, 4, 4})
                     .conv(3, 3)
                     .pixel_norm()
                     .leaky(0.2)
                     .shrink()
                     .conv(2, 1)
                     .grow()
                     .leaky(0.2)
                     .pool()
                     .minibatch_deviation(0)
                     .dense(1),
                 images});
  NetSpec projection("D", {4});
  projection.integer_input("labels", {}).at("x").dense(5).activation("elu", 1).project("labels", 4);
  all.push_back({"projection",
                 projection,
                 points,
                 {.labels = labels, .vector = {}, .tokens = {}, .image = {}}});
  for (const Activation& a : activations())
    all.push_back(
        {std::string(a.name), NetSpec("D", {4}).dense(5).activation(a.name, 0.3).dense(1), points});
  return all;
}

// A loss of both results, with second derivatives in the weights.
Tensor loss_of(Net& net, const Trial& t, const Tensor& v = {}) {
  net.enter(net.mode());
  const auto [y, slope] = net.with_slope(t.x, v, t.condition);
  return test::weighted(y.tanh()) + test::weighted(slope.square());
}

TEST(Slope, IsTheDerivativeByFiniteDifferences) {
  for (const Trial& t : trials()) {
    SCOPED_TRACE(t.name);
    Net net(t.spec, 3, 0, kDouble);
    net.enter(kTraining);
    const Tensor v = numbers("v", Tensor(net(t.x, t.condition)).sizes().vec());
    net.enter(kTraining);
    const Tensor slope = net.with_slope(t.x, v, t.condition).slope;
    ASSERT_EQ(slope.sizes().vec(), t.x.sizes().vec());
    const double h = 1e-6;
    for (int64_t i = 0; i < t.x.numel(); i += 3) {
      const auto at = [&](double by) {
        const Tensor moved = t.x.clone();
        moved.mutable_data_ptr<double>()[i] += by;
        net.enter(kTraining);
        return (v * Tensor(net(moved, t.condition))).sum().item<double>();
      };
      EXPECT_NEAR(slope.reshape(-1)[i].item<double>(), (at(h) - at(-h)) / (2 * h), 1e-7) << i;
    }
  }
}

TEST(Slope, WeightGradientsOfWhatIsMadeOfItAreThoseOfFiniteDifferences) {
  for (const Trial& t : trials()) {
    SCOPED_TRACE(t.name);
    Net net(t.spec, 3, 0, kDouble);
    net.enter(kLearning);
    loss_of(net, t).backward();
    const double h = 1e-5;
    for (const Slot& slot : net.slots())
      for (int64_t i = 0; i < count(slot.shape); i += 3) {
        double& value = net.parameters.mutable_data_ptr<double>()[slot.offset + i];
        const double middle = value;
        value = middle + h;
        const double above = loss_of(net, t).item<double>();
        value = middle - h;
        const double below = loss_of(net, t).item<double>();
        value = middle;
        const double numeric = (above - below) / (2 * h);
        EXPECT_NEAR(net.gradients[slot.offset + i].item<double>(), numeric,
                    1e-6 * (1 + std::abs(numeric)))
            << slot.name << "[" << i << "]";
      }
  }
}

TEST(Slope, InnerDerivativeLeavesTheGradientsAloneAndTheOuterOneAddsUpInPlace) {
  const Trial t = trials()[1];
  Net net(t.spec, 3, 0, kDouble);
  net.enter(kLearning);
  const Tensor loss = loss_of(net, t);
  EXPECT_EQ(net.gradients.abs().max().item<double>(), 0);
  const void* const memory = net.gradients.data_ptr();
  loss.backward();
  const Tensor once = net.gradients.clone();
  EXPECT_GT(once.abs().max().item<double>(), 0);
  loss_of(net, t).backward();
  EXPECT_LT(test::largest_difference(net.gradients, 2 * once), 1e-13);
  EXPECT_EQ(net.gradients.data_ptr(), memory);
}

TEST(Slope, FrozenNetsPassItOnToTheirInput) {
  const Trial t = trials()[1];
  Net net(t.spec, 3, 0, kDouble);
  net.enter(kTraining);
  const Tensor source = t.x.clone().set_requires_grad(true);
  const auto [y, slope] = net.with_slope(source * 2, {});
  (y.square().sum() + (slope * numbers("v", t.x.sizes().vec())).sum()).backward();
  EXPECT_GT(source.grad().abs().max().item<double>(), 0);
  EXPECT_EQ(net.gradients.abs().max().item<double>(), 0);
}

// The path length of StyleGAN2 (arXiv:1912.04958, eq. 4): v is an image of noise, G learns.
TEST(Slope, TakesAWeightForEachOutput) {
  const Trial t{"path", NetSpec("G", {4}).dense(6).tanh().dense({1, 2, 3}), numbers("z", {3, 4})};
  Net net(t.spec, 3, 0, kDouble);
  net.enter(kLearning);
  const Tensor v = numbers("v", {3, 1, 2, 3});
  const auto length = [&] { return net.with_slope(t.x, v).slope.square().sum(1).sqrt().mean(); };
  length().backward();
  double& value = net.parameters.mutable_data_ptr<double>()[1];
  const double middle = value, h = 1e-6;
  value = middle + h;
  const double above = length().item<double>();
  value = middle - h;
  const double below = length().item<double>();
  EXPECT_NEAR(net.gradients[1].item<double>(), (above - below) / (2 * h), 1e-8);
}

TEST(Slope, SaysWhatIsWrong) {
  Net net(NetSpec("D", {4}).dense(1), 3, 0, kDouble);
  const Tensor x = numbers("x", {3, 4});
  EXPECT_THROW(net.with_slope(x, at::ones({3, 2}, kDouble)), Error);
  const at::NoGradGuard off;
  EXPECT_THROW(net.with_slope(x, {}), Error);
}

}  // namespace
}  // namespace gannet
