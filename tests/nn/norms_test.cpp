// Spectral norm against an SVD, its state and gradients; the statistics of the normalizations of
// single samples; resampling by hand.
#include <ATen/ops/_upsample_bilinear2d_aa.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/linalg_svdvals.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/upsample_bilinear2d.h>
#include <gtest/gtest.h>

#include "gannet/base/error.h"
#include "gannet/nn/detail/bilinear.h"
#include "gannet/nn/layers.h"
#include "gannet/nn/net.h"
#include "support/numbers.h"

namespace gannet {
namespace {

using test::numbers;

const at::TensorOptions kDouble = at::TensorOptions().dtype(at::kDouble);
const RunMode kTraining{.training = true}, kLearning{.training = true, .requires_grad = true};

Tensor run(const LayerPtr& layer, const std::vector<Tensor>& in, std::vector<Tensor> state = {},
           bool training = true) {
  const RunMode mode{.training = training};
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
  spec.conv_down(3)
      .spectral_norm()
      .leaky_relu(0.2)
      .conv_transpose(2)
      .spectral_norm()
      .mark("h")
      .dense({2, 1, 2})
      .spectral_norm();
  Net net(spec, 3, 0, kDouble);
  ASSERT_EQ(net.slots().size(), 6u);
  EXPECT_EQ(net.slots()[0].name, "conv1.weight");
  ASSERT_EQ(net.state_slots().size(), 3u);
  EXPECT_EQ(net.state_slots()[0].name, "conv1.spectral.u");
  EXPECT_EQ(net.state_slots()[1].shape, (Shape{2}));
  EXPECT_EQ(spec.shape(), (Shape{2, 1, 2}));
  net.set_mode(kTraining);
  const Tensor x = numbers("x", {3, 2, 4, 4});
  for (int i = 0; i < 300; ++i) net(x);
  const Tensor y = net(x);
  // The same net without the layers, its weights divided by hand.
  NetSpec plain("D", {2, 4, 4});
  plain.conv_down(3).leaky_relu(0.2).conv_transpose(2).dense({2, 1, 2});
  Net divided(plain, 3, 0, kDouble);
  for (const Slot& slot : divided.slots()) {
    const Tensor w = weight(net, slot.name);
    const Tensor matrix = slot.name == "conv_transpose1.weight" ? w.transpose(0, 1) : w;
    const double sigma =
        slot.name.ends_with("weight") ? largest_singular_value(matrix.flatten(1)) : 1;
    Net::view(divided.parameters, slot).copy_(w / sigma);
  }
  EXPECT_LT(test::largest_difference(y, divided(x)), 1e-9);
  EXPECT_THROW(NetSpec("D", {4}).tanh().spectral_norm(), Error);
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

TEST(ConditionalNorm, IsABatchNormWithTheRowsOfEachLabel) {
  const Tensor x = numbers("x", {4, 2, 3}), gain = numbers("gain", {3, 2}),
               shift = numbers("s", {3, 2});
  const std::vector<int64_t> classes{2, 0, 2, 1};
  const Tensor labels = at::tensor(classes, at::kLong);
  const Tensor one = at::ones({2}, kDouble), none = one * 0;
  for (const bool training : {true, false}) {
    std::vector<Tensor> state{one * 0.3, one * 1.7}, plain_state{one * 0.3, one * 1.7};
    const Tensor y =
        run(conditional_batch_norm(0.1, 1e-5), {x, labels, gain, shift}, state, training);
    const Tensor plain = run(batch_norm(0.1, 1e-5), {x, one, none}, plain_state, training);
    for (int64_t i = 0; i < 4; ++i)
      for (int64_t c = 0; c < 2; ++c)
        EXPECT_LT(test::largest_difference(
                      y[i][c], plain[i][c] * gain[classes[i]][c] + shift[classes[i]][c]),
                  1e-14);
    EXPECT_TRUE(test::same(state[0], plain_state[0]));
    EXPECT_TRUE(test::same(state[1], plain_state[1]));
  }
  EXPECT_THROW(run(conditional_batch_norm(0.1, 1e-5), {x, labels + 1, gain, shift}, {one, one}),
               Error);
}

TEST(ConditionalNorm, IsALayerOfNetsThatTakesTheBiasBeforeItAway) {
  NetSpec spec("G", {2, 4, 4});
  spec.integer_input("labels", {}).at("x").conv(3, 3).conditional_batch_norm("labels", 5).relu();
  const Net net(spec, 3, 0, kDouble);
  ASSERT_EQ(net.slots().size(), 3u);
  EXPECT_EQ(net.slots()[1].name, "conditional_batch_norm1.weight");
  EXPECT_EQ(net.slots()[1].shape, (Shape{5, 3}));
  EXPECT_TRUE(test::same(weight(net, "conditional_batch_norm1.weight"), at::ones({5, 3}, kDouble)));
  EXPECT_EQ(net.state_slots()[0].name, "conditional_batch_norm1.running_mean");
  EXPECT_EQ(spec.table()[3].parameters, 30);
  EXPECT_THROW(NetSpec("G", {3}).mark("h").conditional_batch_norm("h", 5), Error);
}

NetSpec with_virtual_norm() {
  NetSpec spec("G", {3});
  spec.keep_reference(4)
      .dense({2, 2, 2})
      .virtual_batch_norm()
      .relu()
      .conv(2, 3)
      .virtual_batch_norm();
  return spec.drop_reference();
}

TEST(VirtualNorm, StandardizesTheReferenceByItselfAndOthersAsOneMoreOfIt) {
  const Tensor x = numbers("x", {6, 3}), one = at::ones({3}, kDouble), none = one * 0;
  const Tensor y = run(virtual_batch_norm(4, 0), {x, one, none});
  const auto standard = [](const Tensor& batch, int64_t row) {
    return (batch[row] - batch.mean(0)) / batch.var(0, /*unbiased=*/false).sqrt();
  };
  const Tensor of = x.narrow(0, 0, 4);
  for (int64_t i = 0; i < 4; ++i) EXPECT_LT(test::largest_difference(y[i], standard(of, i)), 1e-13);
  for (int64_t i = 4; i < 6; ++i)
    EXPECT_LT(test::largest_difference(y[i], standard(at::cat({of, x.narrow(0, i, 1)}), 4)), 1e-13);
}

TEST(VirtualNorm, SamplesDoNotDependOnTheirBatchOnceTheReferenceIsKept) {
  Net net(with_virtual_norm(), 3, 0, kDouble);
  net.set_mode(kTraining);
  const Tensor first = numbers("first", {6, 3});
  EXPECT_EQ(net(first).main.sizes().vec(), (Shape{6, 2, 2, 2}));
  const Tensor kept = Net::view(net.state, net.state_slots()[0]);
  EXPECT_TRUE(test::same(kept, first.narrow(0, 0, 4)));
  const Tensor x = numbers("x", {5, 3}), whole = net(x);
  EXPECT_LT(test::largest_difference(net(x.narrow(0, 3, 2)), whole.narrow(0, 3, 2)), 1e-13);
  EXPECT_TRUE(test::same(kept, first.narrow(0, 0, 4))) << "the reference stays";
  net.set_mode({});
  EXPECT_TRUE(test::same(net(x).main, whole)) << "evaluation is the same";
  // An average of nets holds a part of the reference at first; the part is divided out.
  net.state *= 0.25;
  EXPECT_LT(test::largest_difference(net(x), whole), 1e-13);
}

TEST(VirtualNorm, ComesAfterAReferenceThatIsDropped) {
  EXPECT_THROW(NetSpec("G", {3}).virtual_batch_norm(), Error);
  EXPECT_THROW(NetSpec("G", {3}).drop_reference(), Error);
  EXPECT_THROW(NetSpec("G", {3}).keep_reference(1), Error);
  EXPECT_THROW(NetSpec("G", {3}).keep_reference(4).keep_reference(4), Error);
  EXPECT_THROW(Net(NetSpec("G", {3}).keep_reference(4), 1), Error);
}

TEST(VirtualNorm, LearnsAlsoThroughTheReference) {
  Net net(with_virtual_norm(), 3, 0, kDouble);
  net.set_mode(kLearning);
  const Tensor x = numbers("x", {6, 3});
  const auto loss = [&] { return test::weighted(net(x)); };
  loss().backward();
  for (const int64_t i : {0, 7, 20}) {
    double& value = net.parameters.mutable_data_ptr<double>()[i];
    const double middle = value, h = 1e-6;
    value = middle + h;
    const double above = loss().item<double>();
    value = middle - h;
    const double below = loss().item<double>();
    value = middle;
    EXPECT_NEAR(net.gradients[i].item<double>(), (above - below) / (2 * h), 1e-6);
  }
}

TEST(PixelNorm, GivesEachPlaceAMeanSquareOfOne) {
  const Tensor y = run(pixel_norm(), {numbers("x", {3, 4, 2, 2}, 2)});
  EXPECT_LT((y.square().mean(1) - 1).abs().max().item<double>(), 1e-6);
}

TEST(MinibatchStddev, IsTheMeanDeviationOfItsGroup) {
  // Samples 0 and 2 are one group, 1 and 3 the other: deviations 1 and 2 of the first feature, 0
  // and 3 of the second.
  const Tensor x = at::tensor(std::vector<double>{0, 1, 5, 2, 2, 1, 9, 8}, kDouble).reshape({4, 2});
  const Tensor y = run(minibatch_stddev(2), {x});
  EXPECT_TRUE(test::same(y.narrow(1, 0, 2), x));
  const double expected[] = {0.5, 2.5, 0.5, 2.5};
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(y[i][2].item<double>(), expected[i], 1e-4);
  EXPECT_FALSE(NetSpec("D", {2}).minibatch_stddev(0).per_sample());
  EXPECT_THROW(run(minibatch_stddev(3), {x}), Error);
}

TEST(Resampling, AveragesAndInterpolatesByHand) {
  const Tensor x = at::tensor(std::vector<double>{0, 4, 8, 4}, kDouble).reshape({1, 1, 1, 4});
  const Tensor tall = x.repeat({1, 1, 2, 1});
  EXPECT_TRUE(test::same(run(avg_pool(2), {tall}).flatten(),
                         at::tensor(std::vector<double>{2, 6}, kDouble)));
  // Half-pixel centres: a quarter of the way towards the neighbour on either side.
  const Tensor grown = run(upsample_bilinear(2), {x});
  EXPECT_LT(
      test::largest_difference(grown.select(2, 0).flatten(),
                               at::tensor(std::vector<double>{0, 1, 3, 5, 7, 7, 5, 4}, kDouble)),
      1e-12);
  // The triangle 1 3 3 1 over eight, cut off and normalized at the edge.
  const Tensor shrunk = run(downsample_bilinear(2), {tall});
  EXPECT_LT(test::largest_difference(
                shrunk.flatten(),
                at::tensor(std::vector<double>{(0. * 3 + 4 * 3 + 8) / 7, (4. + 8 * 3 + 4 * 3) / 7},
                           kDouble)),
            1e-12);
}

// ATen's own antialiased resampling is the oracle of ours.
TEST(Resampling, ShrinksAsATenDoes) {
  for (const int64_t by : {1, 2, 3, 4}) {
    const Tensor x = numbers("x", {2, 3, 3 * by, 2 * by});
    const Tensor expected = at::_upsample_bilinear2d_aa(x, {3, 2}, false);
    EXPECT_LT(test::largest_difference(run(downsample_bilinear(by), {x}), expected), 1e-15) << by;
  }
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

TEST(Resampling, ByMatricesIsAtensBilinear) {
  for (const int64_t by : {1, 2, 3, 4}) {
    const Tensor x = numbers("x", {2, 3, 4, 5}).requires_grad_();
    const Tensor ours = upsample_by_matrices(x, by);
    const Tensor atens = at::upsample_bilinear2d(x, {4 * by, 5 * by}, false);
    EXPECT_LT(test::largest_difference(ours, atens), 1e-12) << by;
    const Tensor weights = numbers("w", ours.sizes().vec());
    (ours * weights).sum().backward();
    const Tensor gradient = x.grad().clone();
    x.mutable_grad().reset();
    (atens * weights).sum().backward();
    EXPECT_LT(test::largest_difference(gradient, x.grad()), 1e-12) << by;
  }
}

}  // namespace
}  // namespace gannet
