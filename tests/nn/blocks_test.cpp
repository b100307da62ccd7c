// Layers made of layers: residual networks and self-attention. Shapes and counts by hand, what
// their initial weights promise, and that they can be trained with penalties.
#include "gannet/nn/blocks.h"

#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"
#include "gannet/nn/net.h"
#include "support/numbers.h"

namespace gannet {
namespace {

using test::numbers;

const at::TensorOptions kDouble = at::TensorOptions().dtype(at::kDouble);
const RunMode kTraining{.training = true}, kLearning{.training = true, .requires_grad = true};
const ResidualStyle kPlain{}, kSpectral{.spectral = true},
    kBatchNorm{.norm = [](NetSpec& net) { net.batch_norm(); }};

Tensor weight(const Net& net, std::string_view name) {
  for (const Slot& slot : net.slots())
    if (slot.name == name) return Net::view(net.parameters, slot);
  throw Error("no such weight", std::string(name));
}

TEST(Residual, BlocksChangeSideAndChannels) {
  NetSpec net("N", {3, 8, 8});
  residual_up(net, 5, kPlain);
  EXPECT_EQ(net.shape(), (Shape{5, 16, 16}));
  residual_down(net, 6, kPlain);
  EXPECT_EQ(net.shape(), (Shape{6, 8, 8}));
  residual_same(net, 7, kPlain);
  EXPECT_EQ(net.shape(), (Shape{7, 8, 8}));
  residual_first(net, 2, kPlain);
  EXPECT_EQ(net.shape(), (Shape{2, 4, 4}));
}

TEST(Residual, ABlockIsTheSumOfTwoWays) {
  NetSpec spec("N", {2, 4, 4});
  residual_same(spec, 2, kPlain);  // nothing changes: the way past it has no weights
  Net net(spec, 3, 0, kDouble);
  ASSERT_EQ(net.slots().size(), 4u);
  const Tensor x = numbers("x", {3, 2, 4, 4});
  net.parameters.zero_();
  EXPECT_TRUE(test::same(net(x).main, x));
  weight(net, "conv2.bias").fill_(0.5);
  EXPECT_TRUE(test::same(net(x).main, x + 0.5));
}

TEST(Residual, TheWayPastADownBlockIsThatOfThePaper) {
  // A 1x1 convolution, then means of squares: here the other way round.
  NetSpec spec("N", {2, 4, 4});
  residual_down(spec, 3, kPlain);
  Net net(spec, 3, 0, kDouble);
  weight(net, "conv2.weight").zero_();
  weight(net, "conv3.bias").copy_(numbers("bias", {3}));
  Net paper(NetSpec("N", {2, 4, 4}).conv(3, 1).avg_pool(), 3, 0, kDouble);
  weight(paper, "conv1.weight").copy_(weight(net, "conv3.weight"));
  weight(paper, "conv1.bias").copy_(weight(net, "conv3.bias"));
  const Tensor x = numbers("x", {2, 2, 4, 4});
  EXPECT_LT(test::largest_difference(net(x).main, paper(x).main), 1e-14);
}

TEST(Residual, WeightsAreDrawnAsByGlorotAndBiasesAtZero) {
  NetSpec spec("N", {20, 4, 4});
  residual_up(spec, 30, kPlain);
  const Net net(spec, 3, 0, kDouble);
  const auto largest = [&](const char* name) {
    return weight(net, name).abs().max().item<double>();
  };
  const double wide = std::sqrt(2.0) * std::sqrt(6 / (9.0 * 50)), past = std::sqrt(6 / 50.0);
  EXPECT_LE(largest("conv1.weight"), wide);
  EXPECT_GT(largest("conv1.weight"), 0.99 * wide);
  EXPECT_LE(largest("conv3.weight"), past);
  EXPECT_GT(largest("conv3.weight"), 0.97 * past);
  for (const char* name : {"conv1.bias", "conv2.bias", "conv3.bias"}) EXPECT_EQ(largest(name), 0);
  const NetSpec after = NetSpec(spec).dense(3);
  EXPECT_EQ(after.nodes()[after.cursor() - 1].init.bound, 1 / std::sqrt(30.0 * 64))
      << "the layers that follow are drawn as usual";
}

TEST(Residual, NetworksOfSizesThatHalveWell) {
  const std::pair<Shape, Shape> features[] = {
      {{3, 28, 28}, {4, 7, 7}},   {{3, 32, 32}, {4, 8, 8}},    {{3, 48, 48}, {4, 12, 12}},
      {{3, 64, 64}, {32, 4, 4}},  {{3, 128, 128}, {32, 4, 4}}, {{3, 64, 128}, {32, 4, 8}},
      {{1, 256, 256}, {32, 4, 4}}};
  for (const auto& [image, map] : features) {
    NetSpec G("G", {10}), D("D", image);
    residual_generator(G, image, 2, kBatchNorm);
    EXPECT_EQ(G.shape(), image);
    residual_discriminator_features(D, 2, kSpectral);
    EXPECT_EQ(D.shape(), map);
    EXPECT_TRUE(D.global_sum_pool().dense(1).spectral_norm().piecewise_linear());
  }
  NetSpec other("D", {1, 22, 22}), oblong("G", {10});
  EXPECT_THROW(residual_discriminator_features(other, 2, kPlain), Error);
  EXPECT_THROW(residual_generator(oblong, {3, 28, 33}, 2, kPlain), Error);
}

// Miyato et al. 2018, table 4: 256 channels in G, 128 in D at 32 pixels.
TEST(Residual, HaveThePapersNumbersOfWeights) {
  NetSpec G("G", {128}), D("D", {3, 32, 32});
  residual_generator(G, {3, 32, 32}, 64, kBatchNorm);
  residual_discriminator_features(D, 64, kSpectral);
  D.global_sum_pool().dense(1);
  const int64_t wide = 9 * 256 * 256, norms = 2 * 256;
  // In an up block the bias of its first convolution goes, because a norm follows.
  const int64_t up = 2 * wide + 256 + 2 * norms + (256 * 256 + 256);
  EXPECT_EQ(G.parameter_count(), (128 * 4096 + 4096) + 3 * up + norms + (9 * 256 * 3 + 3));
  const int64_t first = (9 * 3 + 1) * 128 + (9 * 128 + 1) * 128 + (3 + 1) * 128;
  const int64_t down = 2 * (9 * 128 + 1) * 128 + (128 + 1) * 128, same = 2 * (9 * 128 + 1) * 128;
  EXPECT_EQ(D.parameter_count(), first + down + 2 * same + 129);
}

TEST(Residual, GeneratorsKnowTheirClassesByTheirNorms) {
  NetSpec spec("G", {6});
  spec.integer_input("labels", {}).at("x");
  residual_generator(spec, {1, 28, 28}, 1,
                     {.norm = [](NetSpec& net) { net.conditional_batch_norm("labels", 3); }});
  Net G(spec, 3, 0, kDouble);
  const Tensor z = numbers("z", {1, 6}).expand({2, 6});
  const Tensor labels = at::tensor(std::vector<int64_t>{0, 2}, at::kLong);
  Tensor x = G(z, Inputs{{"labels", labels}}).main;
  EXPECT_TRUE(test::same(x[0], x[1])) << "at first all classes are drawn alike";
  weight(G, "conditional_batch_norm3.weight")[2].fill_(2);
  x = G(z, Inputs{{"labels", labels}}).main;
  EXPECT_FALSE(test::same(x[0], x[1]));
}

TEST(SelfAttention, IsNothingAtFirst) {
  Net net(NetSpec("N", {16, 4, 4}).self_attention(), 3, 0, kDouble);
  const Tensor x = numbers("x", {2, 16, 4, 4});
  EXPECT_TRUE(test::same(net(x).main, x));
  weight(net, "scale1.weight").fill_(0.7);
  EXPECT_FALSE(test::same(net(x).main, x));
}

TEST(SelfAttention, HasThePapersShapes) {
  NetSpec spec = NetSpec("N", {16, 4, 6}).self_attention(/*spectral=*/true);
  EXPECT_EQ(spec.shape(), (Shape{16, 4, 6}));
  const Net net(spec, 3, 0, kDouble);
  EXPECT_EQ(weight(net, "conv1.weight").sizes().vec(), (Shape{2, 16, 1, 1}));  // f
  EXPECT_EQ(weight(net, "conv2.weight").sizes().vec(), (Shape{2, 16, 1, 1}));  // g
  EXPECT_EQ(weight(net, "conv3.weight").sizes().vec(), (Shape{8, 16, 1, 1}));  // h
  EXPECT_EQ(weight(net, "conv4.weight").sizes().vec(), (Shape{16, 8, 1, 1}));  // v
  EXPECT_EQ(net.slots().size(), 5u);
  EXPECT_EQ(net.state_slots().size(), 4u);  // spectral vectors
  for (const auto& row : spec.table()) {
    if (row.kind != "attention") continue;
    EXPECT_EQ(row.flops, 2 * (4 * 6) * (2 * 3) * (2 + 8));
  }
  EXPECT_THROW(NetSpec("N", {7, 4, 4}).self_attention(), Error);
  EXPECT_THROW(NetSpec("N", {16}).self_attention(), Error);
}

// By hand, place by place: eq. 1 and 2 of arXiv:1805.08318 with all keys.
TEST(SelfAttention, AttendsByTheSoftmaxOfProducts) {
  const Tensor q = numbers("q", {1, 2, 3}), k = numbers("k", {1, 2, 2}),
               v = numbers("v", {1, 4, 2});
  const RunMode mode;
  Call call{mode, 0, 0, {}};
  const std::vector<Tensor> in{q, k, v};
  const Tensor y = attention()->reference(in, call);
  ASSERT_EQ(y.sizes().vec(), (Shape{1, 4, 3}));
  const auto at = [](const Tensor& t, int64_t c, int64_t i) { return t[0][c][i].item<double>(); };
  for (int64_t j = 0; j < 3; ++j) {
    double share[2], all = 0;
    for (int64_t i = 0; i < 2; ++i)
      all += share[i] = std::exp(at(q, 0, j) * at(k, 0, i) + at(q, 1, j) * at(k, 1, i));
    for (int64_t c = 0; c < 4; ++c)
      EXPECT_NEAR(at(y, c, j), (share[0] * at(v, c, 0) + share[1] * at(v, c, 1)) / all, 1e-14);
  }
}

TEST(SelfAttention, MayStandInANetWithAPenalty) {
  const NetSpec spec = NetSpec("D", {8, 4, 4}).leaky_relu(0.2).self_attention().dense(1);
  EXPECT_FALSE(spec.piecewise_linear());
  Net net(spec, 3, 0, kDouble);
  weight(net, "scale1.weight").fill_(0.7);
  net.set_mode(kLearning);
  const Tensor x = numbers("x", {2, 8, 4, 4});
  const auto loss = [&] { return net.value_and_grad(x).grad.square().sum(); };
  loss().backward();
  double& value = net.parameters.mutable_data_ptr<double>()[3];
  const double middle = value, h = 1e-5;
  value = middle + h;
  const double above = loss().item<double>();
  value = middle - h;
  const double below = loss().item<double>();
  EXPECT_NEAR(net.gradients[3].item<double>(), (above - below) / (2 * h), 1e-7);
}

}  // namespace
}  // namespace gannet
