// Nets: frozen and requires_grad, flat buffers, inputs and outputs, initial weights.
#include "gannet/nn/net.h"

#include <ATen/Parallel.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"
#include "support/error_of.h"
#include "support/numbers.h"
#include "support/weights.h"

namespace gannet {
namespace {

using test::numbers;

const at::TensorOptions kDouble = at::TensorOptions().dtype(at::kDouble);
const RunMode kTraining{.training = true}, kLearning{.training = true, .requires_grad = true};

NetSpec small_unet() {
  NetSpec U("U", {1, 8, 8});
  U.conv(2, 3).leaky_relu(0.2).mark("full");
  U.conv_down(3).batch_norm().relu().output("middle");
  return U.conv_transpose(2).relu().concat("full").conv(1, 3).tanh();
}

Tensor weight(const Net& net, const std::string& name) {
  for (const Slot& slot : net.slots())
    if (slot.name == name) return Net::view(net.parameters, slot);
  throw Error("no such weight", name);
}

TEST(Net, ComputesWhatItsSpecSays) {
  Net net(NetSpec("N", {3}).dense(2).relu().mark("h").dense(2).add("h"), 1, 0, kDouble);
  const Tensor x = numbers("x", {5, 3});
  const Tensor h =
      at::relu(x.matmul(weight(net, "dense1.weight").t()) + weight(net, "dense1.bias"));
  const Tensor y = h.matmul(weight(net, "dense2.weight").t()) + weight(net, "dense2.bias") + h;
  EXPECT_LT(test::largest_difference(net(x), y), 1e-15);
}

// A generator that reads a vector at its 2x2 and at its 4x4 map; the second one from `fine`.
NetSpec styled(const char* fine, bool has_input) {
  NetSpec G("G", {3});
  if (has_input) G.input(fine, {3}).at("x");
  G.mark("z").dense({2, 2, 2}).modulate("z").leaky_relu(0.2).conv_transpose(3);
  return G.modulate(has_input ? fine : "z").conv(1, 3);
}

TEST(Net, MixedReadsTheFineStyleAtLargeMaps) {
  EXPECT_EQ(style_sizes(styled("", false)), (std::vector<int64_t>{2, 4}));
  EXPECT_EQ(style_sizes(NetSpec("G", {3}).dense({2, 2, 2}).conv_transpose(1)),
            (std::vector<int64_t>{2}));
  EXPECT_TRUE(reads_x_from(styled("", false), 4));
  EXPECT_FALSE(reads_x_from(styled("", false), 8));
  EXPECT_FALSE(reads_x_from(styled("fine", true), 4));
  EXPECT_TRUE(reads_x_from(styled("fine", true), 2));
  EXPECT_EQ(style_sizes(NetSpec("G", {3}).dense(4)), (std::vector<int64_t>{}));
  Net net(styled("", false), 1, 0, kDouble), split(styled("fine", true), 1, 0, kDouble);
  split.parameters.copy_(net.parameters);
  const Net::Style coarse{numbers("a", {5, 3}), {}}, fine{numbers("b", {5, 3}), {}};
  EXPECT_TRUE(test::same(net.mixed(coarse, fine, 4), split(coarse.x, {{"fine", fine.x}}).main));
  EXPECT_TRUE(test::same(net.mixed(coarse, fine, 2), net(fine.x).main));
  EXPECT_TRUE(test::same(net.mixed(coarse, fine, 8), net(coarse.x).main));
}

TEST(Net, MixedTakesAVectorMadeOfMapsFromTheMaps) {
  NetSpec G("G", {3});  // a gain by the mean over the map: it belongs to neither style
  G.mark("z").dense({2, 2, 2}).mark("map").global_sum_pool().mark("sum").at("map");
  G.conv_transpose(2).modulate("sum").modulate("z");
  Net net(G, 1, 0, kDouble);
  EXPECT_EQ(style_sizes(G), (std::vector<int64_t>{2, 4}));
  const Net::Style a{numbers("a", {5, 3}), {}}, b{numbers("b", {5, 3}), {}};
  EXPECT_TRUE(test::same(net.mixed(a, a, 4), net(a.x).main));
  EXPECT_FALSE(test::same(net.mixed(a, b, 4), net(a.x).main));
  EXPECT_TRUE(test::same(net.mixed(a, b, 2), net(b.x).main));
}

TEST(Net, GradientsThroughSkipsAreThoseOfFiniteDifferences) {
  Net net(small_unet(), 3, 0, kDouble);
  net.set_mode(kLearning);
  const Tensor x = numbers("x", {2, 1, 8, 8});
  const auto loss = [&] {
    const Outputs y = net(x);
    return test::weighted(y.main) + test::weighted(y["middle"]);
  };
  test::expect_weight_gradients(net, loss);
}

TEST(Net, FrozenGetsNoGradientButPassesItOnAndMovesItsStatistics) {
  Net net(small_unet(), 3, 0, kDouble);
  net.set_mode(kTraining);
  const Tensor before = net.parameters.clone(), statistics = net.state.clone();
  const Tensor x = numbers("x", {2, 1, 8, 8}).set_requires_grad(true);
  const Tensor y = net(x);
  y.sum().backward();
  EXPECT_GT(x.grad().abs().max().item<double>(), 0);
  EXPECT_EQ(net.gradients.abs().max().item<double>(), 0);
  EXPECT_TRUE(test::same(net.parameters, before));
  EXPECT_FALSE(test::same(net.state, statistics));
  const Tensor constant = net(numbers("x", {2, 1, 8, 8}));
  EXPECT_FALSE(constant.requires_grad());
}

TEST(Net, EvaluationMovesNothingAndDoesNotDependOnTheBatch) {
  Net net(small_unet(), 3, 0, kDouble);
  net.set_mode(kTraining);
  net(numbers("x", {2, 1, 8, 8}));
  net.set_mode({});
  const Tensor statistics = net.state.clone(), x = numbers("y", {4, 1, 8, 8});
  const Tensor whole = net(x), part = net(x.narrow(0, 2, 2));
  EXPECT_LT(test::largest_difference(whole.narrow(0, 2, 2), part), 1e-14);
  EXPECT_TRUE(test::same(net.state, statistics));
}

TEST(Net, GradientsLandInTheFlatBufferAndAddUp) {
  Net net(NetSpec("N", {3}).dense(2).relu().dense(1), 1, 0, kDouble);
  net.set_mode(kLearning);
  const Tensor x = numbers("x", {4, 3});
  const auto backward = [&] { Tensor(net(x)).sum().backward(); };
  backward();
  const Tensor once = net.gradients.clone();
  EXPECT_GT(once.abs().max().item<double>(), 0);
  backward();
  EXPECT_LT(test::largest_difference(net.gradients, 2 * once), 1e-14);
  EXPECT_TRUE(test::same(Net::view(net.gradients, net.slots().back()), 8 * at::ones({1}, kDouble)))
      << "the last bias sees each of two times four samples once";
}

TEST(Net, SlotsAreAlignedAndPaddingStaysZero) {
  Net net(small_unet(), 3);
  net.set_mode(kLearning);
  Tensor(net(numbers("x", {2, 1, 8, 8}).to(at::kFloat))).sum().backward();
  Tensor used = at::zeros_like(net.parameters);
  int64_t total = 0;
  for (const Slot& slot : net.slots()) {
    const auto address = reinterpret_cast<uintptr_t>(Net::view(net.parameters, slot).data_ptr());
    EXPECT_EQ(address % 64, 0u) << slot.name;
    EXPECT_EQ(Net::view(used, slot).sum().item<double>(), 0) << "slots overlap at " << slot.name;
    Net::view(used, slot).fill_(1);
    total += count(slot.shape);
  }
  EXPECT_EQ(total, net.spec().parameter_count());
  EXPECT_EQ((net.parameters * (1 - used)).abs().max().item<double>(), 0);
  EXPECT_EQ((net.gradients * (1 - used)).abs().max().item<double>(), 0);
  EXPECT_GT((net.gradients * used).abs().max().item<double>(), 0);
}

TEST(Net, SeesWeightsThatAreWrittenIntoTheFlatBuffer) {
  Net net(NetSpec("N", {2}).dense(1), 1, 0, kDouble);
  net.parameters.fill_(2);
  for (const RunMode& mode : {RunMode{}, kLearning}) {
    net.set_mode(mode);
    EXPECT_EQ(Tensor(net(at::ones({1, 2}, kDouble))).item<double>(), 6);
  }
}

TEST(Net, PassesUnusedInputsOverAndMissesNeededOnes) {
  Net plain(NetSpec("D", {2}).dense(1), 1, 0, kDouble);
  NetSpec labelled("D", {2});
  labelled.integer_input("labels", {}).embed(3, 4).concat("x").dense(1);
  Net conditional(labelled, 1, 0, kDouble);
  const Tensor x = numbers("x", {2, 2}), y = at::tensor(std::vector<int64_t>{2, 0}, at::kLong);
  EXPECT_NO_THROW(plain(x, Condition{.labels = y}));
  EXPECT_NO_THROW(conditional(x, Condition{.labels = y}));
  EXPECT_TRUE(test::same(conditional(x, Condition{.labels = y}).main,
                         conditional(x, Inputs{{"labels", y}}).main));
  EXPECT_EQ(error_of([&] { conditional(x); }),
            "the net D needs this input, and it was not given: labels");
}

TEST(Net, RefusesInputsOfAnotherShapeOrType) {
  NetSpec spec("D", {2});
  spec.integer_input("labels", {}).embed(3, 4).concat("x").dense(1);
  Net net(spec, 1, 0, kDouble);
  const Tensor x = numbers("x", {2, 2}), y = at::tensor(std::vector<int64_t>{2, 0}, at::kLong);
  EXPECT_EQ(error_of([&] {
              net(numbers("x", {2, 3}), Inputs{{"labels", y}});
            }),
            "D.x is [2, 3], expected [N, 2]");
  EXPECT_EQ(error_of([&] {
              net(x.to(at::kFloat), Inputs{{"labels", y}});
            }),
            "input is of type Float, expected Double: D.x");
  EXPECT_EQ(error_of([&] {
              net(x, Inputs{{"labels", y.to(at::kInt)}});
            }),
            "input is of type Int, expected Long: D.labels");
  EXPECT_EQ(error_of([&] {
              net(Tensor(), Inputs{{"labels", y}});
            }),
            "D.x is undefined, expected [N, 2]");
}

TEST(Net, TakesImagesOfAnySizeWhereItsSpecSaysSo) {
  const NetSpec spec = NetSpec("G", {2, 8, 8}).conv(4, 3).relu().pixel_shuffle(2);
  Net one(spec, 1, 0, kDouble), any(NetSpec(spec).any_size(), 1, 0, kDouble);
  const Tensor wide = test::numbers("wide", {1, 2, 5, 9});
  EXPECT_EQ(Tensor(any(wide)).sizes().vec(), (Shape{1, 1, 10, 18}));
  EXPECT_THROW(one(wide), Error);
  EXPECT_THROW(any(test::numbers("channels", {1, 3, 8, 8})), Error);
  const Tensor x = test::numbers("x", {1, 2, 8, 8});
  EXPECT_TRUE(test::same(one(x), any(x)));
}

TEST(Net, InputsAreDifferentiable) {
  NetSpec spec("G", {2});
  spec.input("attributes", {3}).concat("x").dense(1);
  Net net(spec, 1, 0, kDouble);
  const Tensor style = numbers("style", {2, 3}).set_requires_grad(true);
  Tensor(net(numbers("x", {2, 2}), Inputs{{"attributes", style}})).sum().backward();
  EXPECT_TRUE(test::same(style.grad()[0], weight(net, "dense1.weight")[0].narrow(0, 0, 3)));
}

TEST(Net, HasFurtherOutputsByName) {
  Net net(small_unet(), 3, 0, kDouble);
  const Outputs y = net(numbers("x", {2, 1, 8, 8}));
  EXPECT_EQ(y["middle"].sizes().vec(), (Shape{2, 3, 4, 4}));
  EXPECT_EQ(y.main.sizes().vec(), (Shape{2, 1, 8, 8}));
  EXPECT_EQ(error_of([&] { y["end"]; }), "a net has no output of this name (it has: middle): end");
}

TEST(Net, DropoutMasksFollowSampleNumbersAndCalls) {
  Net net(NetSpec("D", {40}).dropout(0.5), 1, 0, kDouble);
  const Tensor x = at::ones({6, 40}, kDouble);
  const auto at_sample = [&](int64_t first) {
    net.set_mode({.training = true, .draws = {.seed = 3}, .first_sample = first});
  };
  at_sample(0);
  const Tensor whole = net(x), second = net(x);
  EXPECT_FALSE(test::same(whole, second));
  at_sample(4);
  EXPECT_TRUE(test::same(net(x.narrow(0, 0, 2)).main, whole.narrow(0, 4, 2)));
  EXPECT_TRUE(test::same(net(x.narrow(0, 0, 2)).main, second.narrow(0, 4, 2)));
  // Nets and layers are told apart by their numbers.
  Net other(NetSpec("E", {40}).dropout(0.5), 1, /*first_layer=*/net.layers(), kDouble);
  other.set_mode({.training = true, .draws = {.seed = 3}});
  EXPECT_FALSE(test::same(other(x).main, whole));
}

TEST(Net, DrawsInitialWeightsAsTheSpecSays) {
  NetSpec spec("G", {100});
  spec.dense(200).init_weights(Init::normal(0.02)).init_norms(Init::normal(0.02, 1));
  spec.dense(300).batch_norm();
  const Net net(spec, 7, 0, kDouble);
  const auto moments = [&](const char* name) {
    const Tensor w = weight(net, name);
    return std::pair(w.mean().item<double>(), w.std(false).item<double>());
  };
  const double n1 = 100 * 200, n2 = 200 * 300;
  EXPECT_NEAR(moments("dense1.weight").first, 0, 5 * 0.1 / std::sqrt(3 * n1));
  EXPECT_NEAR(moments("dense1.weight").second, 0.1 / std::sqrt(3), 0.001);
  EXPECT_LE(weight(net, "dense1.weight").abs().max().item<double>(), 0.1);
  EXPECT_LE(weight(net, "dense1.bias").abs().max().item<double>(), 0.1);
  EXPECT_NEAR(moments("dense2.weight").first, 0, 5 * 0.02 / std::sqrt(n2));
  EXPECT_NEAR(moments("dense2.weight").second, 0.02, 5 * 0.02 / std::sqrt(2 * n2));
  EXPECT_NEAR(moments("batch_norm1.weight").first, 1, 5 * 0.02 / std::sqrt(300.0));
  EXPECT_EQ(weight(net, "batch_norm1.bias").abs().max().item<double>(), 0);
  EXPECT_EQ(Net::view(net.state, net.state_slots()[0]).abs().max().item<double>(), 0);
  EXPECT_EQ(Net::view(net.state, net.state_slots()[1]).min().item<double>(), 1);
  EXPECT_EQ(net.state_slots()[0].name, "batch_norm1.running_mean");
}

TEST(Net, InitialWeightsDependOnSeedAndLayerNumberOnly) {
  const NetSpec spec = small_unet();
  const Net one(spec, 5), again(spec, 5), seed(spec, 6), place(spec, 5, 10),
      exact(spec, 5, 0, kDouble);
  EXPECT_TRUE(test::same(one.parameters, again.parameters));
  EXPECT_FALSE(test::same(one.parameters, seed.parameters));
  EXPECT_FALSE(test::same(one.parameters, place.parameters));
  EXPECT_LT(test::largest_difference(one.parameters, exact.parameters), 1e-7)
      << "f32 and f64 nets start from the same draws";
}

TEST(Net, InitialWeightsDoNotDependOnThreads) {
  const NetSpec spec = NetSpec("G", {100}).dense(2000);
  const Net one(spec, 5);
  const int threads = at::get_num_threads();
  at::set_num_threads(2);
  const Net two(spec, 5);
  at::set_num_threads(threads);
  EXPECT_TRUE(test::same(one.parameters, two.parameters));
}

TEST(Net, TransposedConvolutionCountsItsFanInAsPyTorch) {
  const Net net(NetSpec("G", {8, 4, 4}).conv_transpose(2), 5, 0, kDouble);
  const double bound = 1 / std::sqrt(2.0 * 16);
  EXPECT_LE(weight(net, "conv_transpose1.weight").abs().max().item<double>(), bound);
  EXPECT_GT(weight(net, "conv_transpose1.weight").abs().max().item<double>(), 0.95 * bound);
}

TEST(Net, ProjectionIsTheInnerProductOfThePaper) {
  NetSpec spec("D", {3});
  spec.integer_input("labels", {}).at("x").projection("labels", 4);
  Net net(spec, 1, 0, kDouble);
  const Tensor h = numbers("h", {2, 3}), y = at::tensor(std::vector<int64_t>{3, 1}, at::kLong);
  const Tensor logits = net(h, Inputs{{"labels", y}});
  const Tensor w = weight(net, "dense1.weight"), V = weight(net, "embedding1.weight");
  for (int i = 0; i < 2; ++i)
    EXPECT_NEAR(logits[i][0].item<double>(),
                ((w[0] + V[i == 0 ? 3 : 1]) * h[i]).sum().item<double>() +
                    weight(net, "dense1.bias").item<double>(),
                1e-14);
}

}  // namespace
}  // namespace gannet
