// Optimizers and the moving average against their papers' formulas.
#include "gannet/training/optimizer.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros_like.h>
#include <gtest/gtest.h>

#include <cmath>

#include "support/tiny_gan.h"

namespace gannet {
namespace {

using test::TinyGan;

// One weight under three known gradients.
std::vector<double> weights(const Options& o) {
  Net net(NetSpec("N", {1}).dense(1, false), 1, 0, test::kDouble);
  net.parameters.fill_(1);
  const auto optimizer = make_optimizer(net, 0.1, o);
  std::vector<double> all;
  for (const double gradient : {0.5, -0.25, 2.0}) {
    net.gradients.fill_(gradient);
    optimizer->step(schedule_at(o, 0));
    all.push_back(net.parameters[0].item<double>());
  }
  EXPECT_EQ(optimizer->steps(), 3);
  return all;
}

TEST(Adam, IsAlgorithmOneOfItsPaper) {
  Options o;
  o.b1 = 0.5;
  o.b2 = 0.9;
  const auto found = weights(o);
  double w = 1, m = 0, v = 0;
  const double gradients[] = {0.5, -0.25, 2.0};
  for (int t = 1; t <= 3; ++t) {
    const double g = gradients[t - 1];
    m = 0.5 * m + 0.5 * g;
    v = 0.9 * v + 0.1 * g * g;
    w -= 0.1 * (m / (1 - std::pow(0.5, t))) / (std::sqrt(v / (1 - std::pow(0.9, t))) + 1e-8);
    EXPECT_NEAR(found[t - 1], w, 1e-14);
  }
}

// Evaluation keeps packed weights until they change (nn/detail/packed_weights.h).
TEST(Optimizers, AStepIsSeenByEvaluation) {
  const NetSpec spec = NetSpec("N", {8, 4, 4}).conv(16, 3).relu();
  const Tensor x = test::numbers("x", {2, 8, 4, 4}).to(at::kFloat);
  const at::NoGradGuard constant;
  for (const char* optimizer : {"adam", "sgd"}) {
    Options o;
    o.optimizer = optimizer;
    Net net(spec, 1), average(spec, 1), fresh(spec, 1);
    net.gradients.fill_(1);
    const Tensor before = net(x), average_before = average(x);
    make_optimizer(net, 0.1, o)->step(schedule_at(o, 0));
    fresh.parameters.copy_(net.parameters);
    EXPECT_FALSE(Tensor(net(x)).equal(before)) << optimizer;
    EXPECT_TRUE(Tensor(net(x)).equal(fresh(x))) << optimizer;
    update_ema(net, average, 0.5);
    EXPECT_FALSE(Tensor(average(x)).equal(average_before)) << optimizer;
  }
}

TEST(Adam, TakesAnyTensorAndItsGradients) {
  const Tensor x = test::numbers("x", {3, 2}).set_requires_grad(true);
  const Tensor gradients = at::zeros_like(x);
  x.mutable_grad() = gradients;
  const auto adam = make_adam(x.detach(), gradients, 0.1);
  double before = x.square().sum().item<double>();
  for (int i = 0; i < 5; ++i) {
    gradients.zero_();
    x.square().sum().backward();
    adam->step({.lr = 0.5});
    const double now = x.square().sum().item<double>();
    EXPECT_LT(now, before);
    before = now;
  }
  EXPECT_EQ(adam->moments()[0].second.sizes(), x.sizes());
}

TEST(Sgd, MovesByRateTimesGradientAndMomentum) {
  Options o;
  o.optimizer = "sgd";
  const auto plain = weights(o);
  EXPECT_NEAR(plain[2], 1 - 0.1 * (0.5 - 0.25 + 2), 1e-15);
  o.momentum = 0.9;
  const auto heavy = weights(o);
  EXPECT_NEAR(heavy[0], 1 - 0.05, 1e-15);
  EXPECT_NEAR(heavy[1], 0.95 - 0.1 * (0.9 * 0.5 - 0.25), 1e-15);
  EXPECT_NEAR(heavy[2], heavy[1] - 0.1 * (0.9 * 0.2 + 2), 1e-15);
}

// StyleGAN2's correction: with one lazy update after four others, five updates move and forget as
// much as four.
TEST(Optimizers, WithLazyUpdatesTakeSmallerStepsAndForgetLess) {
  const auto ratio = [](int64_t main, std::vector<int64_t> intervals) {
    return lazy_reg_ratio(main, intervals);
  };
  EXPECT_EQ(ratio(1, {}), 1);
  EXPECT_EQ(ratio(1, {4}), 4. / 5);
  EXPECT_EQ(ratio(2, {4}), 8. / 9);
  EXPECT_EQ(ratio(1, {4, 8}), 32. / 44);
  const auto moved = [](const Options& options, double lr, double share) {
    Net net(NetSpec("N", {3}).dense(2), 1, 0, test::kDouble);
    const auto optimizer = make_optimizer(net, lr, options, share);
    for (int i = 0; i < 3; ++i) {
      net.gradients.copy_(test::numbers("gradient" + std::to_string(i), {net.gradients.numel()}));
      optimizer->step(schedule_at(options, 0));
    }
    return net.parameters;
  };
  for (const char* name : {"adam", "sgd"}) {
    Options plain, corrected;
    plain.optimizer = corrected.optimizer = name;
    plain.momentum = 0.9;
    corrected.momentum = std::pow(0.9, 0.8);
    corrected.b1 = std::pow(plain.b1, 0.8);
    corrected.b2 = std::pow(plain.b2, 0.8);
    EXPECT_TRUE(test::same(moved(plain, 0.1, 0.8), moved(corrected, 0.8 * 0.1, 1))) << name;
  }
}

TEST(Average, DecayGivesTheHalfLifeAndRampsUp) {
  Options o;
  o.batch = 64;
  o.ema = 10;
  o.ema_rampup = 0;
  // After 10 kimg a weight's share has halved.
  EXPECT_NEAR(std::pow(ema_decay(o, 5), 10000.0 / 64), 0.5, 1e-12);
  o.ema_rampup = 0.05;
  EXPECT_NEAR(ema_decay(o, 6400), std::pow(0.5, 64 / (0.05 * 6400)), 1e-15);
  EXPECT_NEAR(ema_decay(o, 200000), ema_decay(o, 10000000), 1e-15) << "ramp-up is over";
  EXPECT_EQ(ema_decay(o, 0), 0);
}

TEST(Average, FollowsWeightsAndRunningStatistics) {
  Options o = test::tiny_options();
  o.ema_rampup = 0.5;
  TinyGan gan(o);
  Net& average = gan.ema("G");
  EXPECT_EQ(average.name(), "G_ema");
  EXPECT_TRUE(test::same(average.parameters, gan.G.parameters)) << "equal at first";
  Tensor weights = gan.G.parameters.clone(), state = gan.G.state.clone();
  Loader loader = test::make_loader(o, test::points());
  test::Watcher watcher;
  watcher.step = [&](const Trainer& t) {
    const double decay = std::pow(0.5, 4 / std::min(10000.0, 0.5 * 4 * t.step()));
    weights = decay * weights + (1 - decay) * gan.G.parameters;
    state = decay * state + (1 - decay) * gan.G.state;
    EXPECT_LT(test::largest_difference(average.parameters, weights), 1e-14);
    EXPECT_LT(test::largest_difference(average.state, state), 1e-14);
    return true;
  };
  Trainer(gan, loader, o).train(watcher);
  EXPECT_GT(test::largest_difference(average.parameters, gan.G.parameters), 1e-6);
}

}  // namespace
}  // namespace gannet
