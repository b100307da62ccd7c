// The engine's passes against the layers' references: values, gradients, state.
#include "gannet/nn/detail/fused.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>

#include "gannet/base/error.h"
#include "gannet/nn/detail/groups.h"
#include "gannet/nn/net.h"
#include "support/error_of.h"
#include "support/numbers.h"

namespace gannet {
namespace {

using test::numbers;

// Nets whose layers fall into groups of every kind, of shapes that fill no vector.
struct Trial {
  const char* name;
  NetSpec spec;
  Shape x;  // with its batch
};

const std::vector<Trial>& trials() {
  static const std::vector<Trial> all = [] {
    std::vector<Trial> all;
    all.push_back({"perceptron", NetSpec("N", {7}).dense(19).leaky_relu(0.2), {5, 7}});
    NetSpec generator("N", {9});
    generator.dense({10, 3, 3}).flatten().batch_norm(0.1, 0.8).relu().reshape({10, 3, 3});
    generator.conv_transpose(11).batch_norm().leaky_relu(0.1).conv_transpose(3).tanh();
    all.push_back({"generator", generator, {6, 9}});
    NetSpec discriminator("N", {1, 10, 10});
    discriminator.conv_down(12).leaky_relu(0.2).conv_down(9).batch_norm().leaky_relu(0.2).dense(1);
    all.push_back({"discriminator", discriminator, {4, 1, 10, 10}});
    all.push_back({"3x3 and 1x1",
                   NetSpec("N", {9, 5, 6}).conv(10, 3).relu().conv(17, 1).batch_norm(),
                   {3, 9, 5, 6}});
    all.push_back({"kernel below the stride",
                   NetSpec("N", {9, 7, 7}).conv(8, 1, {.stride = 2, .padding = 0}).relu(),
                   {2, 9, 7, 7}});
    all.push_back({"few maps",
                   NetSpec("N", {16, 6, 6}).conv(1, 4, {.stride = 1, .padding = 1, .bias = false}),
                   {2, 16, 6, 6}});
    all.push_back({"output padding",
                   NetSpec("N", {8, 4, 4})
                       .conv_transpose(9, 5, {.stride = 2, .padding = 2, .output_padding = 1})
                       .relu(),
                   {2, 8, 4, 4}});
    NetSpec skips("N", {8, 4, 4});
    skips.conv(8, 3).leaky_relu(0.2).mark("h").conv(8, 3).add("x").concat("h").conv(4, 1);
    all.push_back({"skips", skips, {3, 8, 4, 4}});
    return all;
  }();
  return all;
}

const RunMode kTraining{.training = true}, kLearning{.training = true, .requires_grad = true};

// A net and the same one in float64, which the references compute.
struct Pair {
  Net fast, exact;

  explicit Pair(const NetSpec& spec)
      : fast(spec, 5), exact(spec, 5, 0, at::TensorOptions(at::kDouble)) {
    fast.parameters.copy_(numbers("w", {fast.parameters.numel()}, 0.3));
    for (const Slot& slot : fast.slots()) {  // the padding stays zero
      Net::view(exact.parameters, slot).copy_(Net::view(fast.parameters, slot));
    }
    fast.parameters.copy_(exact.parameters);
  }
  void set_mode(const RunMode& mode) {
    fast.set_mode(mode);
    exact.set_mode(mode);
  }
};

double distance(const Tensor& fast, const Tensor& exact) {
  const Tensor difference = (fast.to(at::kDouble) - exact).abs();
  return difference.max().item<double>() / (1 + exact.abs().max().item<double>());
}

constexpr double kTolerance = 2e-6;  // sums of a few hundred float32 products

// Loss of two calls, as D's of real and fake.
template <class T>
T loss_of(Net& net, const T& x, const T& other) {
  return test::weighted(net(x)) + 2 * test::weighted(net(other));
}

void expect_same(Pair& nets, const Trial& trial, bool of_input) {
  const Tensor x = numbers("x", trial.x), other = numbers("other", trial.x);
  const auto leaf = [&](const Tensor& t, at::ScalarType type) {
    return t.to(type).detach().clone().set_requires_grad(of_input);
  };
  const Tensor x32 = leaf(x, at::kFloat), x64 = leaf(x, at::kDouble);
  {
    const at::NoGradGuard constant;
    EXPECT_LT(distance(nets.fast(x32), nets.exact(x64)), kTolerance) << trial.name;
  }
  loss_of(nets.fast, x32, leaf(other, at::kFloat)).backward();
  loss_of(nets.exact, x64, leaf(other, at::kDouble)).backward();
  for (const Slot& slot : nets.fast.slots())
    EXPECT_LT(distance(Net::view(nets.fast.gradients, slot), Net::view(nets.exact.gradients, slot)),
              20 * kTolerance)
        << trial.name << ", " << slot.name;
  if (nets.fast.state.numel() > 0) {
    EXPECT_LT(distance(nets.fast.state, nets.exact.state), kTolerance) << trial.name;
  }
  if (of_input) {
    EXPECT_LT(distance(x32.grad(), x64.grad()), 10 * kTolerance) << trial.name;
  }
}

TEST(Fused, LearningIsThatOfTheReferences) {
  for (const Trial& trial : trials()) {
    for (const bool of_input : {true, false}) {
      Pair nets(trial.spec);
      nets.set_mode(kLearning);
      expect_same(nets, trial, of_input);
      EXPECT_GT(nets.fast.gradients.abs().max().item<double>(), 0) << trial.name;
    }
  }
}

TEST(Fused, FrozenAndEvaluationAreThoseOfTheReferences) {
  for (const Trial& trial : trials()) {
    Pair nets(trial.spec);
    nets.set_mode(kTraining);
    expect_same(nets, trial, true);
    EXPECT_EQ(nets.fast.gradients.abs().max().item<double>(), 0) << trial.name;
    nets.set_mode({});  // by the moments that the calls above moved
    expect_same(nets, trial, true);
    nets.set_mode({.requires_grad = true});
    expect_same(nets, trial, true);
  }
}

TEST(Fused, ClearedGradientsAreThoseOfZeros) {
  for (const Trial& trial : trials()) {
    Net cleared(trial.spec, 1), zeroed(trial.spec, 1);
    for (Net* net : {&cleared, &zeroed}) {
      net->set_mode(kLearning);
      net->gradients.fill_(net == &cleared ? 7 : 0);
      if (net == &cleared) net->clear_gradients();
      loss_of(*net, numbers("x", trial.x).to(at::kFloat), numbers("y", trial.x).to(at::kFloat))
          .backward();
      if (net == &cleared) net->settle_gradients();
    }
    for (const Slot& slot : cleared.slots())
      EXPECT_TRUE(test::same(Net::view(cleared.gradients, slot), Net::view(zeroed.gradients, slot)))
          << trial.name << ", " << slot.name;
  }
}

TEST(Fused, AskedForGradientsItGivesThemAndKeepsTheBuffer) {
  const Trial& trial = trials()[2];
  Pair nets(trial.spec);
  nets.set_mode(kLearning);
  const auto gradients = [&](Net& net, at::ScalarType type) {
    const Tensor x = numbers("x", trial.x).to(type).set_requires_grad(true);
    torch::autograd::variable_list wanted = net.weights();
    wanted.push_back(x);
    return torch::autograd::grad({test::weighted(net(x))}, wanted);
  };
  const auto fast = gradients(nets.fast, at::kFloat), exact = gradients(nets.exact, at::kDouble);
  for (size_t i = 0; i < fast.size(); ++i)
    EXPECT_LT(distance(fast[i], exact[i]), 20 * kTolerance) << i;
  EXPECT_EQ(nets.fast.gradients.abs().max().item<double>(), 0);
}

TEST(Fused, OfTheInputAloneLeavesTheWeightsGradients) {
  const Trial& trial = trials()[2];
  Net net(trial.spec, 1);
  net.set_mode(kLearning);
  const Tensor x = numbers("x", trial.x).to(at::kFloat).set_requires_grad(true);
  const Tensor gradient = torch::autograd::grad({Tensor(net(x)).sum()}, {x})[0];
  EXPECT_GT(gradient.abs().max().item<double>(), 0);
  EXPECT_EQ(net.gradients.abs().max().item<double>(), 0);
}

TEST(Fused, ADroppedGraphAndAnUnusedOutputHarmNothing) {
  const Trial& trial = trials()[1];
  Net net(trial.spec, 1), alone(trial.spec, 1);
  net.set_mode(kLearning);
  alone.set_mode(kLearning);
  const Tensor x = numbers("x", trial.x).to(at::kFloat);
  const Tensor used = net(x);
  net(numbers("other", trial.x).to(at::kFloat));  // its graph is gone
  used.square().sum().backward();
  Tensor(alone(x)).square().sum().backward();
  EXPECT_TRUE(test::same(net.gradients, alone.gradients));
}

TEST(Fused, ASecondDerivativeOrASecondUseIsAnError) {
  const Trial& trial = trials()[0];
  Net net(trial.spec, 1);
  net.set_mode(kLearning);
  const Tensor x = numbers("x", trial.x).to(at::kFloat).set_requires_grad(true);
  const Tensor y = net(x);
  EXPECT_THROW(torch::autograd::grad({y.sum()}, {x}, {}, true, /*create_graph=*/true), Error);
  y.sum().backward();
  EXPECT_ANY_THROW(y.sum().backward());
}

TEST(Fused, BitsDoNotDependOnTheThreads) {
  const int before = at::get_num_threads();
  std::vector<Trial> all(trials().begin() + 3, trials().end());
  all.push_back({"large perceptron", NetSpec("N", {260}).dense(300).leaky_relu(0.2), {5, 260}});
  for (const Trial& trial : all) {  // small dense layers are MKL's, whose bits do depend
    Tensor one, gradients;
    for (const int threads : {1, 2, 3}) {
      at::set_num_threads(threads);
      Net net(trial.spec, 1);
      net.set_mode(kLearning);
      Shape shape = trial.x;
      shape[0] *= 16;
      const Tensor y = net(numbers("x", shape).to(at::kFloat));
      y.square().sum().backward();
      if (threads == 1) one = y.detach(), gradients = net.gradients.clone();
      EXPECT_TRUE(test::same(y, one)) << trial.name << " with " << threads;
      EXPECT_TRUE(test::same(net.gradients, gradients)) << trial.name << " with " << threads;
    }
  }
  at::set_num_threads(before);
}

TEST(Fused, GroupsAreChainsThatNothingElseReads) {
  const auto groups = [](const NetSpec& spec) {
    std::string all;
    for (const FusedGroup& group : fused_groups(spec).all)
      all += spec.nodes()[group.first].name + "-" + spec.nodes()[group.last].name + " ";
    return all;
  };
  EXPECT_EQ(groups(trials()[1].spec),
            "dense1-dense1 batch_norm1-relu1 conv_transpose1-leaky_relu1 "
            "conv_transpose2-conv_transpose2 ");
  EXPECT_EQ(groups(trials()[7].spec), "conv1-leaky_relu1 conv2-conv2 conv3-conv3 ");
  NetSpec spectral("N", {8});
  spectral.dense(8).spectral_norm().relu().dense(8).mark("h").relu().add("h");
  EXPECT_EQ(groups(spectral), "dense2-dense2 ") << "its weight is computed; two read dense2";
  EXPECT_EQ(groups(NetSpec("N", {8}).dense(8).output("h").relu()), "dense1-dense1 ");
}

// Weights that evaluation keeps packed are those of the last change, whatever makes it.
TEST(Fused, EvaluationSeesEveryChangeOfTheWeights) {
  const at::NoGradGuard constant;
  for (size_t i = 0; i < 2 * trials().size(); ++i) {
    const Trial& trial = trials()[i / 2];
    Pair nets(trial.spec);
    nets.set_mode({.requires_grad = i % 2 == 1});  // by the leaves that collect gradients, too
    const Tensor x = numbers("x", trial.x), x32 = x.to(at::kFloat);
    const auto expect_same = [&](const char* after) {
      for (int call = 0; call < 2; ++call)
        EXPECT_LT(distance(nets.fast(x32), nets.exact(x)), kTolerance)
            << trial.name << " after " << after;
    };
    const auto change = [&](const char* name, const auto& how) {
      for (Net* net : {&nets.fast, &nets.exact}) how(*net);
      expect_same(name);
    };
    expect_same("its making");
    change("mul_", [](Net& net) { net.parameters.mul_(-0.5); });
    change("a slot's copy_", [](Net& net) {
      Tensor slot = Net::view(net.parameters, net.slots().front());
      slot.copy_(slot.flip(0));
    });
    change("lerp_", [](Net& net) { net.parameters.lerp_(net.parameters * 3, 0.25); });
  }
}

TEST(Fused, NothingOfOtherTypesOrWithoutAKernel) {
  Trial trial = trials()[2];
  Net net(trial.spec, 1);
  net.set_mode({.training = true, .requires_grad = true, .bf16 = false});
  const FusedLayers conv{.product = {.kind = FusedPart::Kind::conv}, .norm = {}, .activation = {}};
  FusedInputs in{};
  in.x = numbers("x", {2, 3, 4, 4}).to(at::kFloat);
  in.weight.value = numbers("w", {4, 3, 1, 1}).to(at::kFloat);
  EXPECT_FALSE(can_fuse(conv, in)) << "few channels on both sides";
  in.weight.value = numbers("w", {9, 3, 1, 1}).to(at::kFloat);
  EXPECT_TRUE(can_fuse(conv, in));
  in.x = in.x.to(at::kDouble);
  EXPECT_FALSE(can_fuse(conv, in));
  in.x = numbers("x", {2, 3, 4}).to(at::kFloat);
  EXPECT_FALSE(can_fuse(conv, in)) << "audio";
}

}  // namespace
}  // namespace gannet
