// Each layer by itself: values by hand, gradients by finite differences in f64.
#include <ATen/ops/arange.h>
#include <ATen/ops/convolution.h>
#include <ATen/ops/full.h>
#include <ATen/ops/gru.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"
#include "support/error_of.h"
#include "support/numbers.h"

namespace gannet {
namespace {

using test::numbers;

const at::TensorOptions kDouble = at::TensorOptions().dtype(at::kDouble);

Tensor row(std::initializer_list<double> values, Shape shape = {}) {
  const Tensor t = at::tensor(std::vector<double>(values), kDouble);
  return shape.empty() ? t.reshape({1, -1}) : t.reshape(shape);
}

Tensor run(const LayerPtr& layer, const std::vector<Tensor>& in, const RunMode& mode = {},
           std::vector<Tensor> state = {}) {
  Call call{mode, 3, 0, state};
  return layer->reference(in, call);
}

// What a layer is tried on: its inputs (the first ones have a batch axis), of which `weights` are
// the last ones.
struct Trial {
  std::string name;
  LayerPtr layer;
  std::vector<Tensor> in;
  size_t weights = 0;
  bool training = true;
  std::vector<Tensor> state = {};
};

Tensor in(const char* tag, Shape shape) { return numbers(tag, shape, 1.3); }

// Of a batch norm of so many channels.
std::vector<Tensor> moments(int64_t channels, double mean = 0, double variance = 1) {
  return {at::full({channels}, mean, kDouble), at::full({channels}, variance, kDouble)};
}

// Three sentences of four tokens, the last two padded.
Tensor tokens() {
  return at::tensor(std::vector<int64_t>{5, 3, 7, 1, 4, 2, 1, 0, 1, 0, 0, 0}, at::kLong)
      .reshape({3, 4});
}

std::vector<Trial> trials() {
  const Tensor labels = at::tensor(std::vector<int64_t>{2, 0, 2}, at::kLong);
  std::vector<Trial> all = {
      {"dense", dense(), {in("x", {3, 4}), in("w", {2, 4}), in("b", {2})}, 2},
      {"dense without bias", dense(), {in("x", {3, 4}), in("w", {2, 4})}, 1},
      {"dense of an image", dense(), {in("x", {2, 2, 2, 3}), in("w", {2, 12}), in("b", {2})}, 2},
      {"conv", conv(1, 1), {in("x", {2, 2, 4, 4}), in("w", {3, 2, 3, 3}), in("b", {3})}, 2},
      {"down", conv(2, 1), {in("x", {2, 2, 4, 4}), in("w", {3, 2, 4, 4})}, 1},
      {"conv 1d", conv(2, 2), {in("x", {2, 2, 9}), in("w", {3, 2, 5}), in("b", {3})}, 2},
      {"conv_transpose",
       conv_transpose(2, 1),
       {in("x", {2, 3, 3, 3}), in("w", {3, 2, 4, 4}), in("b", {2})},
       2},
      {"up with output padding",
       conv_transpose(4, 2, 1),
       {in("x", {2, 2, 3}), in("w", {2, 2, 5}), in("b", {2})},
       2},
      {"up from one pixel",
       conv_transpose(1, 0),
       {in("x", {2, 3, 1, 1}), in("w", {3, 2, 4, 4})},
       1},
      {"up 1d", conv_transpose(2, 1), {in("x", {2, 3, 4}), in("w", {3, 2, 4}), in("b", {2})}, 2},
      {"conv 3d",
       conv(2, 1),
       {in("x", {2, 2, 4, 4, 2}), in("w", {3, 2, 4, 4, 4}), in("b", {3})},
       2},
      {"conv frame by frame",
       conv(2, 1),
       {in("x", {2, 2, 3, 4, 4}), in("w", {3, 2, 4, 4}), in("b", {3})},
       2},
      {"up frame by frame",
       conv_transpose(2, 1),
       {in("x", {2, 3, 2, 2, 2}), in("w", {3, 2, 4, 4}), in("b", {2})},
       2},
      {"gru",
       gru(),
       {in("x", {3, 2, 4}), in("w", {9, 2}), in("u", {9, 3}), in("b", {9}), in("c", {9})},
       4},
      {"phase shuffle", phase_shuffle(2), {in("x", {5, 2, 6})}},
      {"log_spectrogram", log_spectrogram(8), {in("x", {2, 2, 16})}},
      {"pick frames", subsample_frames(2), {in("x", {4, 2, 6, 2, 2})}},
      {"slice", slice(1, 2), {in("x", {3, 4, 2})}},
      {"fourier_features", fourier_features(3), {in("x", {3, 2})}},
      {"batch_norm",
       batch_norm(0.1, 1e-5),
       {in("x", {3, 2, 2, 2}), in("w", {2}), in("b", {2})},
       2,
       true,
       moments(2)},
      {"norm of numbers",
       batch_norm(0.1, 1e-5),
       {in("x", {4, 3}), in("w", {3}), in("b", {3})},
       2,
       true,
       moments(3)},
      {"norm in evaluation",
       batch_norm(0.1, 1e-5),
       {in("x", {3, 2, 2}), in("w", {2}), in("b", {2})},
       2,
       false,
       moments(2, 0.3, 1.7)},
      {"conditional norm",
       conditional_batch_norm(0.1, 1e-5),
       {in("x", {3, 2, 2, 2}), labels, in("w", {4, 2}), in("b", {4, 2})},
       2,
       true,
       moments(2)},
      {"conditional norm in evaluation",
       conditional_batch_norm(0.1, 1e-5),
       {in("x", {3, 2}), labels, in("w", {4, 2}), in("b", {4, 2})},
       2,
       false,
       moments(2, 0.3, 1.7)},
      // Of four samples two are the reference batch.
      {"virtual norm",
       virtual_batch_norm(2, 1e-5),
       {in("x", {4, 2, 2, 2}), in("w", {2}), in("b", {2})},
       2},
      {"virtual norm of numbers",
       virtual_batch_norm(2, 1e-5),
       {in("x", {4, 3}), in("w", {3}), in("b", {3})},
       2},
      {"attention",
       attention(),
       {in("q", {2, 2, 3, 1}), in("k", {2, 2, 2, 2}), in("v", {2, 3, 2, 2})}},
      {"scale", scale(), {in("x", {2, 3, 2}), in("w", {1})}, 1},
      {"maximum", max_pool(2), {in("x", {2, 2, 4, 5})}},
      {"maximum 1d", max_pool(3), {in("x", {2, 2, 7})}},
      {"global_sum_pool", global_sum_pool(), {in("x", {2, 3, 2, 2})}},
      {"reshape", reshape({2, 3}), {in("x", {2, 6})}},
      {"sum", sum(), {in("x", {2, 3}), in("y", {2, 3}), in("z", {2, 3})}},
      {"concat", concat(), {in("x", {2, 3}), in("y", {2, 1})}},
      {"concat of planes",
       concat(),
       {in("x", {2, 1, 2, 3}), in("y", {2, 2, 2, 3}), in("z", {2, 2})}},
      {"dot", dot(), {in("x", {2, 5}), in("y", {2, 5})}},
      {"maxout", maxout(3), {in("x", {2, 6})}},
      {"upsample", upsample_nearest(2), {in("x", {2, 2, 2, 3})}},
      {"pixel_shuffle", pixel_shuffle(2), {in("x", {2, 8, 2, 3})}},
      {"prelu", prelu(), {in("x", {2, 3, 2, 2}), in("w", {3})}, 1},
      {"bilinear frames", upsample_bilinear(2), {in("x", {2, 1, 2, 2, 3})}},
      {"upsample 1d", upsample_nearest(3), {in("x", {2, 2, 2})}},
      {"upsample frames", upsample_nearest(2), {in("x", {2, 2, 3, 2, 1})}},
      {"conv of groups",
       conv(1, 1, 2),
       {in("x", {2, 4, 3, 3}), in("w", {2, 2, 3, 3}), in("b", {2})},
       2},
      {"group norm", group_norm(2, 1e-5), {in("x", {3, 4, 2, 2}), in("w", {4}), in("b", {4})}, 2},
      {"layer norm", group_norm(1, 1e-5), {in("x", {3, 5}), in("w", {5}), in("b", {5})}, 2},
      {"instance norm", group_norm(0, 1e-5), {in("x", {3, 2, 5}), in("w", {2}), in("b", {2})}, 2},
      {"pixel norm", pixel_norm(), {in("x", {3, 4, 2})}},
      {"minibatch_stddev", minibatch_stddev(0), {in("x", {4, 2, 3})}},
      {"avg_pool", avg_pool(2), {in("x", {2, 2, 2, 4})}},
      {"upsample_bilinear", upsample_bilinear(2), {in("x", {2, 2, 2, 3})}},
      {"downsample_bilinear", downsample_bilinear(2), {in("x", {2, 2, 4, 6})}},
      {"embedding", embedding(), {labels, in("w", {4, 3})}, 1},
      {"dropout", dropout(0.4, false), {in("x", {3, 8})}},
      {"positional_embedding", positional_embedding(), {in("x", {2, 3, 4}), in("w", {3, 4})}, 1},
      {"width norm", layer_norm(1e-5), {in("x", {2, 3, 4}), in("w", {4}), in("b", {4})}, 2},
      {"width dense", linear(), {in("x", {2, 3, 4}), in("w", {5, 4}), in("b", {5})}, 2},
      {"token attention",
       token_attention(2),
       {in("q", {3, 4, 6}), in("k", {3, 4, 6}), in("v", {3, 4, 6}), tokens()}},
      {"token mean", token_mean(), {in("x", {3, 4, 5}), tokens()}},
      {"modulation", modulation(), {in("x", {2, 3, 2, 2}), in("s", {2, 6})}},
      {"concat_broadcast", concat_broadcast(), {in("x", {2, 3, 2, 2}), in("s", {2, 4})}},
  };
  for (const Activation& a : activations())
    all.push_back({std::string(a.name), activation(a.name, 0.3), {in("x", {3, 7}) * 2}});
  return all;
}

RunMode mode_of(const Trial& t) {
  return {.training = t.training, .draws = {.seed = 5, .step = 2}, .first_sample = 7};
}

test::Function function_of(const Trial& t) {
  return [&t](const std::vector<Tensor>& x) {
    std::vector<Tensor> state;
    for (const Tensor& slot : t.state) state.push_back(slot.to(x[0].options()));
    return run(t.layer, x, mode_of(t), state);
  };
}

TEST(Layers, GradientsAreThoseOfFiniteDifferences) {
  for (const Trial& t : trials()) {
    SCOPED_TRACE(t.name);
    test::expect_gradients(function_of(t), t.in);
  }
}

TEST(Layers, CanBeDifferentiatedTwice) {
  for (const Trial& t : trials()) {
    if (t.name == "embedding" || t.name == "reshape" || t.name == "sum" || t.name == "concat")
      continue;
    // Squared, so that also linear layers have a second derivative.
    SCOPED_TRACE(t.name);
    const test::Function f = function_of(t);
    test::expect_second_gradients([&f](const std::vector<Tensor>& x) { return f(x).square(); },
                                  t.in, 1e-5);
  }
}

TEST(Layers, InferTheShapesThatTheyMake) {
  for (const Trial& t : trials()) {
    SCOPED_TRACE(t.name);
    std::vector<Shape> shapes;
    for (size_t i = 0; i < t.in.size(); ++i) {
      const bool weight = i + t.weights >= t.in.size();
      shapes.emplace_back(t.in[i].sizes().begin() + (weight ? 0 : 1), t.in[i].sizes().end());
    }
    const Tensor y = function_of(t)(t.in);
    EXPECT_EQ(t.layer->shape(shapes), Shape(y.sizes().begin() + 1, y.sizes().end()));
    EXPECT_EQ(y.size(0), t.in[0].size(0));
  }
}

TEST(Layers, KeepTheNumberType) {
  for (const Trial& t : trials()) {
    SCOPED_TRACE(t.name);
    std::vector<Tensor> single;
    for (const Tensor& x : t.in) single.push_back(x.is_floating_point() ? x.to(at::kFloat) : x);
    const Tensor y = function_of(t)(single);
    EXPECT_EQ(y.scalar_type(), at::kFloat);
    EXPECT_LT(test::largest_difference(y, function_of(t)(t.in)), 1e-4);
  }
}

TEST(Layers, SayWhichOnesMixTheSamplesOfABatch) {
  for (const Trial& t : trials()) {
    SCOPED_TRACE(t.name);
    if (!t.training) continue;
    std::vector<Tensor> changed;
    for (const Tensor& x : t.in) changed.push_back(x.clone());
    for (size_t i = 0; i + t.weights < changed.size(); ++i)
      changed[i].select(0, 1).zero_();  // sample 1 becomes another one
    const bool first_is_the_same = test::same(function_of(t)(t.in)[0], function_of(t)(changed)[0]);
    EXPECT_EQ(t.layer->per_sample(), first_is_the_same);
  }
}

TEST(Dense, IsWeightTimesInputPlusBias) {
  const Tensor y =
      run(dense(), {row({1, 2, 3}), row({1, 0, -1, 2, 1, 0.5}, {2, 3}), row({10, 20}, {2})});
  EXPECT_TRUE(test::same(y, row({8, 25.5})));
}

TEST(Convolution, ComputesByHand) {
  // A 3x3 image under a 2x2 kernel that takes the difference along the diagonal.
  const Tensor x = at::arange(9, kDouble).square().reshape({1, 1, 3, 3});
  const Tensor y = run(conv(1, 0), {x, row({1, 0, 0, -1}, {1, 1, 2, 2}), row({0.5}, {1})});
  EXPECT_TRUE(test::same(y, row({-15.5, -23.5, -39.5, -47.5}, {1, 1, 2, 2}))) << y;
}

TEST(TransposedConvolution, SpreadsEachPixelByTheKernel) {
  // Stride 2: the kernels of two pixels overlap in one column of three.
  const Tensor y = run(conv_transpose(2, 0), {row({1, 10}, {1, 1, 2}), row({1, 2, 3}, {1, 1, 3})});
  EXPECT_TRUE(test::same(y, row({1, 2, 13, 20, 30}, {1, 1, 5})));
}

TEST(TransposedConvolution, IsTheTransposeOfTheConvolution) {
  const Tensor x = numbers("x", {2, 3, 5, 5}), w = numbers("w", {4, 3, 3, 3});
  const Tensor y = numbers("y", {2, 4, 3, 3});
  const double one = (run(conv(2, 1), {x, w}) * y).sum().item<double>();
  const double other = (x * run(conv_transpose(2, 1), {y, w})).sum().item<double>();
  EXPECT_NEAR(one, other, 1e-12);
}

TEST(BatchNorm, StandardizesAndMovesTheRunningStatistics) {
  std::vector<Tensor> state{at::zeros({1}, kDouble), at::ones({1}, kDouble)};
  const Tensor x = row({1, 2, 3, 6}, {4, 1});  // mean 3, variance 3.5 (unbiased 14/3)
  const Tensor y =
      run(batch_norm(0.1, 0), {x, row({2}, {1}), row({1}, {1})}, {.training = true}, state);
  for (int i = 0; i < 4; ++i)
    EXPECT_NEAR(y[i][0].item<double>(), 1 + 2 * (x[i][0].item<double>() - 3) / std::sqrt(3.5),
                1e-12);
  EXPECT_NEAR(state[0].item<double>(), 0.3, 1e-12);
  EXPECT_NEAR(state[1].item<double>(), 0.9 + 0.1 * 14 / 3, 1e-12);

  const Tensor e = run(batch_norm(0.1, 0), {x, row({2}, {1}), row({1}, {1})}, {}, state);
  EXPECT_NEAR(e[3][0].item<double>(), 1 + 2 * (6 - 0.3) / std::sqrt(0.9 + 0.1 * 14 / 3), 1e-12);
  EXPECT_NEAR(state[0].item<double>(), 0.3, 1e-12) << "evaluation must not move them";
}

TEST(BatchNorm, RefusesASingleValueAChannel) {
  std::vector<Tensor> state{at::zeros({2}, kDouble), at::ones({2}, kDouble)};
  const std::vector<Tensor> in{row({1, 2}), row({1, 1}, {2}), row({0, 0}, {2})};
  EXPECT_EQ(error_of([&] { run(batch_norm(0.1, 1e-5), in, {.training = true}, state); }),
            "batch normalization needs more than one value a channel in training: a batch of 1");
  EXPECT_NO_THROW(run(batch_norm(0.1, 1e-5), in, {}, state));
}

TEST(Activations, AreTheirFormulas) {
  using F = double (*)(double, double);
  const std::vector<std::pair<const char*, F>> formulas = {
      {"relu", [](double x, double) { return x > 0 ? x : 0; }},
      {"leaky_relu", [](double x, double a) { return x > 0 ? x : a * x; }},
      {"elu", [](double x, double a) { return x > 0 ? x : a * std::expm1(x); }},
      {"selu",
       [](double x, double) {
         return 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * std::expm1(x));
       }},
      {"softplus", [](double x, double) { return std::log1p(std::exp(x)); }},
      {"gelu", [](double x, double) { return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))); }},
      {"silu", [](double x, double) { return x / (1 + std::exp(-x)); }},
      {"sigmoid", [](double x, double) { return 1 / (1 + std::exp(-x)); }},
      {"tanh", [](double x, double) { return std::tanh(x); }},
  };
  ASSERT_EQ(formulas.size(), activations().size());
  for (const auto& [name, f] : formulas)
    for (double x = -6; x <= 6; x += 0.37)
      EXPECT_NEAR(run(activation(name, 0.3), {row({x})}).item<double>(), f(x, 0.3), 1e-12)
          << name << " at " << x;
  EXPECT_EQ(error_of([] { activation("swish"); }), "unknown activation: swish");
}

TEST(Activations, SayWhichOnesArePiecewiseLinear) {
  for (const Activation& a : activations()) {
    const auto f = [&a](double x) { return a.f(row({x}), 0.3).item<double>(); };
    bool straight = true;
    for (const double x : {-1.5, 1.5})
      straight &= std::abs(f(x + 0.5) - 2 * f(x) + f(x - 0.5)) < 1e-12;
    EXPECT_EQ(a.jvp != nullptr, straight) << a.name;
    if (!a.jvp) continue;
    const Tensor x = row({-1.5, 2}), u = row({5, -7}),
                 slope = (a.f(x + 1e-4, 0.3) - a.f(x, 0.3)) / 1e-4;
    EXPECT_LT(test::largest_difference(a.jvp(u, x, 0.3), u * slope), 1e-10) << a.name;
  }
}

TEST(Sign, HasNoGradient) {
  const Tensor x = row({-2, 0, 0.5}).requires_grad_(true);
  const Tensor y = run(sign(), {x});
  EXPECT_TRUE(test::same(y.detach(), row({-1, 0, 1})));
  (y * 3).sum().backward();
  EXPECT_TRUE(test::same(x.grad(), row({0, 0, 0})));
}

TEST(FourierFeatures, AreSinesAndCosinesOfOctaves) {
  const Tensor y = run(fourier_features(2), {row({0.5, -0.3}, {1, 2})});
  const double expected[] = {0.5,           -0.3,           std::sin(0.5), std::sin(-0.3),
                             std::sin(1.0), std::sin(-0.6), std::cos(0.5), std::cos(-0.3),
                             std::cos(1.0), std::cos(-0.6)};
  ASSERT_EQ(y.numel(), 10);
  for (int64_t i = 0; i < 10; ++i) EXPECT_NEAR(y[0][i].item<double>(), expected[i], 1e-12) << i;
  EXPECT_THROW(fourier_features(2)->shape(std::vector<Shape>{{1, 4, 4}}), Error);
}

TEST(Layers, HeldWhereTheyStandAreThemselves) {
  for (const Trial& t : trials()) {
    if (t.layer->linearity(0) == Linearity::nonlinear) continue;
    SCOPED_TRACE(t.name);
    const RunMode mode = mode_of(t);
    Call call{mode, 3, 0, {}};
    EXPECT_TRUE(test::same(t.layer->jvp(t.in, t.in, call), function_of(t)(t.in)));
  }
}

TEST(Layers, HeldElsewhereAreTheLinearFunctionsThatTheySayTheyAre) {
  for (const Trial& t : trials()) {
    if (t.layer->linearity(0) == Linearity::nonlinear) continue;
    SCOPED_TRACE(t.name);
    const RunMode mode = mode_of(t);
    Call call{mode, 3, 0, {}};
    const auto held = [&](const std::vector<Tensor>& in) { return t.layer->jvp(in, t.in, call); };
    std::vector<Tensor> one, other, both;  // they differ in input 0, and in all of kind sum
    for (size_t k = 0; k < t.in.size(); ++k) {
      const Linearity d = t.layer->linearity(k);
      if (d == Linearity::bias) continue;
      const Tensor change = numbers("change", t.in[k].sizes().vec());
      const bool moves = k == 0 || d != Linearity::multilinear;
      one.push_back(t.in[k]);
      other.push_back(moves ? change : t.in[k]);
      both.push_back(moves ? t.in[k] - 3 * change : t.in[k]);
    }
    EXPECT_LT(test::largest_difference(held(both), held(one) - 3 * held(other)), 1e-12);
  }
}

TEST(TokenAttention, IsTheMeanOfValuesByTheSoftmaxOfScaledProductsInEachHead) {
  const Tensor q = in("q", {1, 3, 4}), k = in("k", {1, 3, 4}), v = in("v", {1, 3, 4});
  const Tensor y =
      run(token_attention(2), {q, k, v, at::tensor(std::vector<int64_t>{4, 2, 0}).reshape({1, 3})});
  const auto at = [](const Tensor& x, int t, int w) { return x[0][t][w].item<double>(); };
  for (int t = 0; t < 3; ++t)
    for (int head = 0; head < 2; ++head) {
      double weights[2], sum = 0;  // the third token is padding
      for (int other = 0; other < 2; ++other) {
        double product = 0;
        for (int w = 2 * head; w < 2 * head + 2; ++w) product += at(q, t, w) * at(k, other, w);
        sum += weights[other] = std::exp(product / std::sqrt(2.0));
      }
      for (int w = 2 * head; w < 2 * head + 2; ++w)
        EXPECT_NEAR(at(y, t, w), (weights[0] * at(v, 0, w) + weights[1] * at(v, 1, w)) / sum,
                    1e-12);
    }
}

TEST(Sequences, PaddingChangesNothing) {
  const Tensor q = in("q", {3, 4, 6}), k = in("k", {3, 4, 6}), v = in("v", {3, 4, 6});
  const Tensor real = (tokens() != 0).to(at::kDouble).unsqueeze(2);
  const Tensor k2 = k * real + 100 * (1 - real), v2 = v * real - 50 * (1 - real);
  EXPECT_TRUE(test::same(run(token_attention(3), {q, k, v, tokens()}),
                         run(token_attention(3), {q, k2, v2, tokens()})));
  EXPECT_TRUE(test::same(run(token_mean(), {v, tokens()}), run(token_mean(), {v2, tokens()})));
  EXPECT_TRUE(test::same(run(token_mean(), {v, tokens()})[2], v[2][0])) << "of one token";
}

TEST(Modulation, ScalesAndShiftsChannels) {
  const Tensor y = run(modulation(), {row({1, 2, 3, 4}, {1, 2, 2}), row({0, 1, 10, 20}, {1, 4})});
  EXPECT_TRUE(test::same(y, row({11, 12, 26, 28}, {1, 2, 2})));
}

TEST(ConcatBroadcast, RepeatsTheImagesForSeveralVectors) {
  const Tensor y =
      run(concat_broadcast(), {row({1, 2, 3, 4}, {2, 1, 2}), row({5, 6, 7, 8}, {4, 1})});
  EXPECT_TRUE(test::same(y, row({1, 2, 5, 5, 3, 4, 6, 6, 1, 2, 7, 7, 3, 4, 8, 8}, {4, 2, 2})));
  EXPECT_EQ(error_of([] {
              run(concat_broadcast(), {in("x", {2, 1, 2}), in("s", {3, 1})});
            }),
            "3 vectors for 2 images");
}

TEST(Concat, SpreadsNumbersOverAImage) {
  const Tensor y = run(concat(), {row({1, 2, 3, 4}, {1, 1, 2, 2}), row({7, 8}, {1, 2})});
  EXPECT_TRUE(test::same(y, row({1, 2, 3, 4, 7, 7, 7, 7, 8, 8, 8, 8}, {1, 3, 2, 2})));
}

TEST(Maxout, TakesTheLargestPieceOfEachUnit) {
  EXPECT_TRUE(test::same(run(maxout(3), {row({1, 5, 2, -1, -7, -2})}), row({5, -1})));
}

TEST(Dot, IsASumOfProducts) {
  EXPECT_TRUE(test::same(run(dot(), {row({1, 2, 3}), row({4, 5, -6})}), row({-4})));
}

TEST(Upsample, RepeatsEachPixel) {
  const Tensor frames = row({1, 2, 3, 4}, {1, 1, 2, 1, 2});  // two frames of 1x2 pixels
  EXPECT_TRUE(test::same(run(upsample_nearest(2), {frames}),
                         row({1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4}, {1, 1, 2, 2, 4})));
  EXPECT_TRUE(test::same(run(upsample_nearest(2), {row({1, 2}, {1, 1, 1, 2})}),
                         row({1, 1, 2, 2, 1, 1, 2, 2}, {1, 1, 2, 4})));
}

TEST(PixelShuffle, PutsTheChannelsOfAGroupIntoASquare) {
  const Tensor y = run(pixel_shuffle(2), {row({1, 5, 2, 6, 3, 7, 4, 8}, {1, 4, 1, 2})});
  EXPECT_TRUE(test::same(y, row({1, 2, 5, 6, 3, 4, 7, 8}, {1, 1, 2, 4})));
  const std::vector<Shape> three(1, Shape{3, 2, 2});
  EXPECT_EQ(error_of([&] { pixel_shuffle(2)->shape(three); }),
            "a pixel shuffle by 2 needs [C, H, W] with C a multiple of 4, not [3, 2, 2]");
}

TEST(Prelu, HasASlopeForEachChannel) {
  const Tensor y = run(prelu(), {row({2, -2, 2, -2}, {1, 2, 2}), row({0.25, 0.5}, {2})});
  EXPECT_TRUE(test::same(y, row({2, -0.5, 2, -1}, {1, 2, 2})));
}

TEST(Embedding, TakesRowsAndRefusesNumbersOutOfRange) {
  const Tensor table = row({1, 2, 3, 4, 5, 6}, {3, 2});
  const auto look_up = [&](std::vector<int64_t> labels) {
    return run(embedding(), {at::tensor(labels, at::kLong), table});
  };
  EXPECT_TRUE(test::same(look_up({2, 0}), row({5, 6, 1, 2}, {2, 2})));
  EXPECT_EQ(error_of([&] { look_up({0, 3}); }), "label or token 3 is not in [0, 3)");
  EXPECT_EQ(error_of([&] { look_up({-1, 1}); }), "label or token -1 is not in [0, 3)");
}

TEST(Convolution, FrameByFrameIsAKernelOfOneInTime) {
  const Tensor x = numbers("x", {2, 3, 4, 5, 5}), w = numbers("w", {2, 3, 3, 3});
  const Tensor deep =
      at::convolution(x, w.unsqueeze(2), {}, {1, 2, 2}, {0, 1, 1}, {1, 1, 1}, false, {0, 0, 0}, 1);
  EXPECT_LT(test::largest_difference(run(conv(2, 1), {x, w}), deep), 1e-12);
}

TEST(Gru, IsPyTorchs) {
  const Tensor x = numbers("x", {3, 2, 5});
  const std::vector<Tensor> weights = {numbers("w", {12, 2}), numbers("u", {12, 4}),
                                       numbers("b", {12}), numbers("c", {12})};
  std::vector<Tensor> in{x};
  in.insert(in.end(), weights.begin(), weights.end());
  const Tensor expected = std::get<0>(at::gru(x.permute({2, 0, 1}), at::zeros({1, 3, 4}, kDouble),
                                              weights, true, 1, 0, false, false, false));
  EXPECT_LT(test::largest_difference(run(gru(), in), expected.permute({1, 2, 0})), 1e-12);
}

TEST(PhaseShuffle, MovesEachSampleByItsOwnNumberOfPlaces) {
  const Tensor x = at::arange(8, kDouble).reshape({1, 1, 8}).repeat({40, 2, 1});
  const RunMode mode{.training = true, .draws = {.seed = 5}, .first_sample = 100};
  const Tensor y = run(phase_shuffle(2), {x}, mode);
  std::set<double> shifts;
  for (int64_t i = 0; i < 40; ++i) {
    const double shift = y[i][0][4].item<double>() - 4;
    shifts.insert(shift);
    for (int64_t t = 0; t < 8; ++t) {
      double place = std::abs(static_cast<double>(t) + shift);
      if (place > 7) place = 14 - place;
      EXPECT_EQ(y[i][1][t].item<double>(), place) << "the ends are mirrored";
    }
  }
  EXPECT_EQ(shifts, (std::set<double>{-2, -1, 0, 1, 2}));
  const RunMode later{.training = true, .draws = {.seed = 5}, .first_sample = 110};
  EXPECT_TRUE(test::same(run(phase_shuffle(2), {x.narrow(0, 0, 5)}, later), y.narrow(0, 10, 5)));
  EXPECT_TRUE(test::same(run(phase_shuffle(2), {x}), x)) << "not in evaluation";
  EXPECT_TRUE(test::same(run(phase_shuffle(0), {x}, mode), x));
}

TEST(PickFrame, ShowsEachSampleOneOfItsFrames) {
  const Tensor x = at::arange(4, kDouble).reshape({1, 1, 4, 1, 1}).repeat({60, 3, 1, 2, 2});
  const Tensor y = run(subsample_frames(1), {x}, {.training = true, .draws = {.seed = 5}});
  std::set<double> seen;
  for (int64_t i = 0; i < 60; ++i) {
    seen.insert(y[i][0][0][0][0].item<double>());
    EXPECT_EQ(y[i].max().item<double>(), y[i].min().item<double>());
  }
  EXPECT_EQ(seen.size(), 4u);
  EXPECT_EQ(run(subsample_frames(1), {x}).max().item<double>(), 2)
      << "in evaluation the middle one";
  const Tensor two = run(subsample_frames(2), {x}, {.training = true, .draws = {.seed = 5}});
  EXPECT_EQ(two.sizes(), at::IntArrayRef({60, 3, 2, 2, 2}));
  EXPECT_TRUE((two.select(2, 1) - two.select(2, 0) == 2).all().item<bool>()) << "half of T apart";
}

TEST(Dropout, DrawsTheSameMaskAtTheSameAddressWhateverTheBatch) {
  const Tensor ones = at::ones({6, 5, 4}, kDouble);
  const auto dropped = [&](int64_t first, int64_t n, uint32_t call_index = 0, uint32_t step = 2) {
    const RunMode mode{.training = true, .draws = {.seed = 5, .step = step}, .first_sample = first};
    Call call{mode, 3, call_index, {}};
    const std::vector<Tensor> in{ones.narrow(0, 0, n)};
    return dropout(0.25, false)->reference(in, call);
  };
  const Tensor whole = dropped(10, 6);
  EXPECT_TRUE(test::same(whole.narrow(0, 0, 2), dropped(10, 2)));
  EXPECT_TRUE(test::same(whole.narrow(0, 2, 4), dropped(12, 4)));
  EXPECT_FALSE(test::same(whole, dropped(10, 6, 1))) << "a second call has a mask of its own";
  EXPECT_FALSE(test::same(whole, dropped(10, 6, 0, 3))) << "so has another step";
  const double kept = (whole != 0).sum().item<double>() / 120;
  EXPECT_NEAR(kept, 0.75, 0.13);
  EXPECT_NEAR(whole.max().item<double>(), 1 / 0.75, 1e-15);
}

TEST(Dropout, DrawsByTheSampleOwnSeedWhateverTheBatch) {
  const Tensor x = at::ones({3, 50}, kDouble);
  const LayerPtr layer = dropout(0.5, true);
  const auto mask = [&](std::vector<uint64_t> seeds) {
    return run(layer, {x.slice(0, 0, static_cast<int64_t>(seeds.size()))},
               {.draws = {.purpose = Purpose::sample}, .seeds = seeds});
  };
  const Tensor three = mask({7, 8, 9});
  EXPECT_TRUE(test::same(three[1], mask({8})[0]));
  EXPECT_TRUE(test::same(three[2], mask({9, 7})[0]));
  EXPECT_FALSE(test::same(three[0], three[1]));
}

TEST(Dropout, KeepsTheExpectedShare) {
  const RunMode mode{.training = true, .draws = {.seed = 1}};
  const Tensor y = run(dropout(0.3, false), {at::ones({100, 1000}, kDouble)}, mode);
  EXPECT_NEAR((y == 0).sum().item<double>() / 1e5, 0.3, 5 * std::sqrt(0.21 / 1e5));
  EXPECT_NEAR(y.mean().item<double>(), 1, 5 * std::sqrt(0.3 / 0.7 / 1e5));
}

TEST(Dropout, IsOffInEvaluationUnlessAlwaysOn) {
  const Tensor x = numbers("x", {2, 50});
  EXPECT_TRUE(test::same(run(dropout(0.5, false), {x}), x));
  EXPECT_FALSE(test::same(run(dropout(0.5, true), {x}), x));
  EXPECT_TRUE(test::same(run(dropout(0, true), {x}, {.training = true}), x));
  EXPECT_EQ(error_of([] { dropout(1, false); }),
            "dropout probability is 1.000000, expected [0, 1)");
}

TEST(Layers, RefuseWeightsThatDoNotFit) {
  const auto shape = [](const LayerPtr& layer, std::vector<Shape> in) {
    return error_of([&] { layer->shape(in); });
  };
  EXPECT_EQ(shape(dense(), {{3, 4}, {5, 11}}), "input [3, 4] does not fit weight [5, 11]");
  EXPECT_EQ(shape(conv(1, 1), {{3, 8, 8}, {4, 2, 3, 3}}),
            "input [3, 8, 8] does not fit weight [4, 2, 3, 3]");
  EXPECT_EQ(shape(conv_transpose(1, 1), {{3, 8, 8}, {4, 3, 3, 3}}),
            "input [3, 8, 8] does not fit weight [4, 3, 3, 3]");
  EXPECT_EQ(shape(batch_norm(0.1, 1e-5), {{3, 8, 8}, {8}, {8}}),
            "input [3, 8, 8] does not fit weight [8]");
  EXPECT_EQ(shape(conditional_batch_norm(0.1, 1e-5), {{3, 8, 8}, {}, {10, 4}, {10, 4}}),
            "input [3, 8, 8] does not fit weight [10, 4]");
  EXPECT_EQ(shape(conditional_batch_norm(0.1, 1e-5), {{3, 8, 8}, {5}, {10, 3}, {10, 3}}),
            "a norm for each class needs one label for each sample, not [5]");
  EXPECT_EQ(shape(virtual_batch_norm(2, 1e-5), {{3, 8, 8}, {8}, {8}}),
            "input [3, 8, 8] does not fit weight [8]");
  EXPECT_EQ(shape(scale(), {{3, 8, 8}, {3}}), "a scale of shape [3], not [1]");
  EXPECT_EQ(shape(attention(), {{2, 4, 4}, {2, 2, 2}, {5, 4, 4}}),
            "no attention of [2, 4, 4] to [2, 2, 2] with values [5, 4, 4]");
  EXPECT_EQ(shape(positional_embedding(), {{3, 4}, {4, 4}}),
            "input [3, 4] does not fit weight [4, 4]");
  EXPECT_EQ(shape(layer_norm(1e-5), {{3, 4}, {3}, {3}}), "input [3, 4] does not fit weight [3]");
  EXPECT_EQ(shape(linear(), {{3, 4}, {2, 3}}), "input [3, 4] does not fit weight [2, 3]");
  EXPECT_EQ(shape(token_attention(3), {{3, 4}, {3, 4}, {3, 4}, {3}}),
            "[3, 4] cannot be split into 3 equal heads");
  EXPECT_EQ(shape(token_mean(), {{3, 4}, {4}}), "[3, 4] is not a sentence of the tokens [4]");
  EXPECT_EQ(shape(modulation(), {{3, 8, 8}, {3}}),
            "a style of shape [3] does not modulate [3, 8, 8]");
  EXPECT_EQ(shape(concat_broadcast(), {{3}, {3}}),
            "expected an image and a vector, not [3] and [3]");
  EXPECT_EQ(shape(max_pool(4), {{2, 3, 8}}), "[2, 3, 8] cannot be pooled by 4");
  EXPECT_EQ(shape(global_sum_pool(), {{2}}),
            "a global sum pool needs [C, T] or [C, H, W], not [2]");
}

TEST(Layers, RefuseSenselessNumbers) {
  EXPECT_EQ(error_of([] { conv(0, 1); }),
            "stride 0 and padding 1 of a convolution, expected at least 1 and 0");
  EXPECT_EQ(error_of([] { conv_transpose(2, 1, 2); }),
            "output padding 2 of a transposed convolution, expected less than its stride 2");
  EXPECT_EQ(error_of([] { maxout(0); }), "maxout of 0 pieces");
  EXPECT_EQ(error_of([] { upsample_nearest(0); }), "upsampling by 0");
}

}  // namespace
}  // namespace gannet
