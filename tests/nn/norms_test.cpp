// Spectral norm against an SVD, its state and gradients; the statistics of the normalisations of
// single samples; resampling by hand.
#include <ATen/ops/linalg_svdvals.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"
#include "gannet/nn/net.h"
#include "support/numbers.h"

namespace gannet {
namespace {

using test::numbers;

const at::TensorOptions kDouble = at::TensorOptions().dtype(at::kDouble);
const Mode kTraining{.training = true}, kLearning{.training = true, .thawed = true};

Tensor run(const LayerPtr& layer, const std::vector<Tensor>& in, std::vector<Tensor> state = {},
           bool training = true) {
  const Mode mode{.training = training};
  Call call{mode, 0, 0, state};
  return layer->reference(in, call);
}

Tensor weight(const Net& net, std::string_view name) {
  for (const Slot& slot : net.slots())
    if (slot.name == name) return Net::view(net.parameters, slot);
  throw Error("no such weight", std::string(name));
}

double largest_singular_value(const Tensor& matrix) {
  return at::linalg_svdvals(matrix)[0].item<double>();
}

TEST(SpectralNorm, DividesByTheLargestSingularValueOfAnSvd) {
  for (const Shape& shape : {Shape{5, 7}, Shape{6, 2, 3, 3}}) {
    const Tensor w = numbers("w", shape);
    const Tensor u = at::ones({shape[0]}, kDouble);
    Tensor y;
    for (int i = 0; i < 300; ++i) y = run(spectral_norm(0), {w}, {u});
    const double sigma = largest_singular_value(w.flatten(1));
    EXPECT_LT(test::largest_difference(y * sigma, w), 1e-9);
    EXPECT_NEAR(largest_singular_value(y.flatten(1)), 1, 1e-9);
  }
  // A transposed convolution's outputs stand on its second axis.
  const Tensor w = numbers("w", {4, 3, 2, 2}), u = at::ones({3}, kDouble);
  Tensor y;
  for (int i = 0; i < 300; ++i) y = run(spectral_norm(1), {w}, {u});
  EXPECT_NEAR(largest_singular_value(y.transpose(0, 1).flatten(1)), 1, 1e-9);
}

TEST(SpectralNorm, TakesOneStepInTrainingAndNoneInEvaluation) {
  const Tensor w = numbers("w", {5, 7}), u = at::ones({5}, kDouble);
  const Tensor v = w.t().mv(u), next = w.mv(v / v.norm());
  run(spectral_norm(0), {w}, {u});
  EXPECT_LT(test::largest_difference(u, next / next.norm()), 1e-14);
  const Tensor kept = u.clone();
  const Tensor y = run(spectral_norm(0), {w}, {u}, /*training=*/false);
  EXPECT_TRUE(test::same(u, kept));
  EXPECT_LT(test::largest_difference(y * w.t().mv(u).norm(), w), 1e-14);
  // The length of u, which averaging changes, does not matter then.
  EXPECT_LT(test::largest_difference(run(spectral_norm(0), {w}, {0.7 * u}, false), y), 1e-14);
}

TEST(SpectralNorm, StandsBetweenAWeightAndItsUser) {
  NetSpec spec("D", {2, 4, 4});
  spec.down(3).spectral().leaky(0.2).up(2).spectral().mark("h").dense({2, 1, 2}).spectral();
  Net net(spec, 3, 0, kDouble);
  ASSERT_EQ(net.slots().size(), 6u);
  EXPECT_EQ(net.slots()[0].name, "conv1.weight");
  ASSERT_EQ(net.state_slots().size(), 3u);
  EXPECT_EQ(net.state_slots()[0].name, "conv1.spectral.u");
  EXPECT_EQ(net.state_slots()[1].shape, (Shape{2}));
  EXPECT_EQ(spec.shape(), (Shape{2, 1, 2}));
  net.enter(kTraining);
  const Tensor x = numbers("x", {3, 2, 4, 4});
  for (int i = 0; i < 300; ++i) net(x);
  const Tensor y = net(x);
  // The same net without the layers, its weights divided by hand.
  NetSpec plain("D", {2, 4, 4});
  plain.down(3).leaky(0.2).up(2).dense({2, 1, 2});
  Net divided(plain, 3, 0, kDouble);
  for (const Slot& slot : divided.slots()) {
    const Tensor w = weight(net, slot.name);
    const Tensor matrix = slot.name == "up1.weight" ? w.transpose(0, 1) : w;
    const double sigma =
        slot.name.ends_with("weight") ? largest_singular_value(matrix.flatten(1)) : 1;
    Net::view(divided.parameters, slot).copy_(w / sigma);
  }
  EXPECT_LT(test::largest_difference(y, divided(x)), 1e-9);
  EXPECT_THROW(NetSpec("D", {4}).tanh().spectral(), Error);
}

TEST(SpectralNorm, GradientsAreThoseOfFiniteDifferencesForAFixedU) {
  const Tensor w = numbers("w", {4, 2, 3}), fixed = numbers("u", {4});
  test::expect_gradients(
      [&](const std::vector<Tensor>& x) {
        return run(spectral_norm(0), {x[0]}, {fixed}, /*training=*/false);
      },
      {w}, 1e-6);
}

TEST(SampleNorms, GiveGroupsOfEachSampleMeanZeroAndVarianceOne) {
  const Tensor x = numbers("x", {3, 4, 5}, 2, 1), one = at::ones({4}, kDouble), none = one * 0;
  for (const int64_t groups : {0, 1, 2}) {
    const Tensor y =
        run(group_norm(groups, 1e-12), {x, one, none}).reshape({3, groups == 0 ? 4 : groups, -1});
    EXPECT_LT(y.mean(2).abs().max().item<double>(), 1e-12);
    EXPECT_LT((y.square().mean(2) - 1).abs().max().item<double>(), 1e-9);
  }
  EXPECT_THROW(NetSpec("D", {5, 2, 2}).group_norm(2), Error);
  EXPECT_THROW(NetSpec("D", {5}).instance_norm(), Error);
}

TEST(PixelNorm, GivesEachPlaceAMeanSquareOfOne) {
  const Tensor y = run(pixel_norm(), {numbers("x", {3, 4, 2, 2}, 2)});
  EXPECT_LT((y.square().mean(1) - 1).abs().max().item<double>(), 1e-6);
}

TEST(MinibatchDeviation, IsTheMeanDeviationOfItsGroup) {
  // Samples 0 and 2 are one group, 1 and 3 the other: deviations 1 and 2 of the first feature, 0
  // and 3 of the second.
  const Tensor x = at::tensor(std::vector<double>{0, 1, 5, 2, 2, 1, 9, 8}, kDouble).reshape({4, 2});
  const Tensor y = run(minibatch_deviation(2), {x});
  EXPECT_TRUE(test::same(y.narrow(1, 0, 2), x));
  const double expected[] = {0.5, 2.5, 0.5, 2.5};
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(y[i][2].item<double>(), expected[i], 1e-4);
  EXPECT_FALSE(NetSpec("D", {2}).minibatch_deviation(0).per_image());
  EXPECT_THROW(run(minibatch_deviation(3), {x}), Error);
}

TEST(Resampling, AveragesAndInterpolatesByHand) {
  const Tensor x = at::tensor(std::vector<double>{0, 4, 8, 4}, kDouble).reshape({1, 1, 1, 4});
  const Tensor tall = x.repeat({1, 1, 2, 1});
  EXPECT_TRUE(test::same(run(average_pool(2), {tall}).flatten(),
                         at::tensor(std::vector<double>{2, 6}, kDouble)));
  // Half-pixel centres: a quarter of the way towards the neighbour on either side.
  const Tensor grown = run(grow_bilinear(2), {x});
  EXPECT_LT(
      test::largest_difference(grown.select(2, 0).flatten(),
                               at::tensor(std::vector<double>{0, 1, 3, 5, 7, 7, 5, 4}, kDouble)),
      1e-12);
  // The triangle 1 3 3 1 over eight, cut off and normalised at the edge.
  const Tensor shrunk = run(shrink_bilinear(2), {tall});
  EXPECT_LT(test::largest_difference(
                shrunk.flatten(),
                at::tensor(std::vector<double>{(0. * 3 + 4 * 3 + 8) / 7, (4. + 8 * 3 + 4 * 3) / 7},
                           kDouble)),
            1e-12);
}

TEST(Convolution, OfGroupsKeepsThemApart) {
  Net net(NetSpec("D", {4, 3, 3}).conv(6, 3, {.bias = false, .groups = 2}), 1, 0, kDouble);
  EXPECT_EQ(net.slots()[0].shape, (Shape{6, 2, 3, 3}));
  const Tensor x = numbers("x", {1, 4, 3, 3}), changed = x.clone();
  changed.narrow(1, 2, 2).fill_(3);
  const Tensor a = net(x), b = net(changed);
  EXPECT_TRUE(test::same(a.narrow(1, 0, 3), b.narrow(1, 0, 3)));
  EXPECT_FALSE(test::same(a.narrow(1, 3, 3), b.narrow(1, 3, 3)));
  EXPECT_THROW(NetSpec("D", {4, 3, 3}).conv(6, 3, {.groups = 3}), Error);
}

}  // namespace
}  // namespace gannet
