// Net::vjp: the input gradient by finite differences, functions of it differentiated again, and
// where its gradients go.
#include <ATen/core/grad_mode.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/function.h>

#include <functional>

#include "gannet/base/error.h"
#include "gannet/nn/detail/fused.h"
#include "gannet/nn/layers.h"
#include "gannet/nn/net.h"
#include "support/numbers.h"

namespace gannet {
namespace {

using test::numbers;

const at::TensorOptions kDouble = at::TensorOptions().dtype(at::kDouble);
const RunMode kTraining{.training = true, .draws = {.seed = 3, .step = 1}};
const RunMode kLearning{.training = true, .requires_grad = true, .draws = {.seed = 3, .step = 1}};

struct Trial {
  std::string name;
  NetSpec spec;
  Tensor x;
  Condition condition = {};
  bool training = true;  // false: spectral vectors stand still between the calls
  bool curved = false;   // functions of x in front of its linear pieces
};

// Between them every layer of the nets whose input gradients take four passes.
std::vector<Trial> straight_trials() {
  const Tensor labels = at::tensor(std::vector<int64_t>{2, 0, 2}, at::kLong);
  const Condition classes{.labels = labels, .attributes = {}, .tokens = {}, .input_image = {}};
  const Tensor points = numbers("x", {3, 4}), images = numbers("x", {3, 2, 4, 4});
  const auto labelled = [](Shape shape) {
    NetSpec D("D", std::move(shape));
    D.integer_input("labels", {}).at("x");
    return D;
  };
  NetSpec concat = labelled({2, 4, 4}), middle = labelled({4});
  concat.at("labels").embed(3, 2).mark("e").at("x").concat("e").conv(3, 3).relu().dense(1);
  middle.at("labels").embed(3, 5).mark("e").at("x").dense(5).relu().add("e").leaky_relu(0.1).dense(
      1);
  return {
      {"perceptron", NetSpec("D", {4}).maxout(3, 2).dropout(0.3).dense(4).relu().dense(1), points},
      {"residual",
       NetSpec("D", {2, 4, 4})
           .conv(4, 1, {.bias = false})
           .mark("h")
           .conv(8, 1)
           .leaky_relu(0.2)
           .conv(8, 3, {.groups = 2})
           .leaky_relu(0.2)
           .conv(4, 1, {.bias = false})
           .add("h")
           .downsample_bilinear()
           .conv(4, 2, {.padding = 0, .bias = false, .groups = 4})
           .flatten()
           .dense(1, false),
       images},
      {"resampled",
       NetSpec("D", {2, 4, 4})
           .conv_transpose(3)
           .relu()
           .upsample_bilinear()
           .avg_pool()
           .upsample()
           .mark("h")
           .leaky_relu(0.3)
           .concat("h")
           .conv_down(2)
           .relu()
           .dense({1, 1, 1}),
       images},
      {"audio clip",
       NetSpec("D", {2, 8})
           .conv(3, 5, {.stride = 2})
           .relu()
           .conv_transpose(2, 5, {.stride = 4, .padding = 1, .output_padding = 1})
           .leaky_relu(0.2)
           .avg_pool()
           .upsample()
           .dense(1),
       numbers("x", {3, 2, 8})},
      {"audio clip with phase shuffle",
       NetSpec("D", {2, 16})
           .conv(3, 5, {.stride = 2})
           .leaky_relu(0.2)
           .append(phase_shuffle(2))
           .conv(2, 3)
           .leaky_relu(0.2)
           .dense(1),
       numbers("x", {3, 2, 16})},
      {"a frame of a video",
       NetSpec("D", {2, 4, 2, 2})
           .conv(3, 3)
           .relu()
           .append(subsample_frames(2))
           .append(slice(1, 2))
           .dense(1),
       numbers("x", {3, 2, 4, 2, 2})},
      {"spectral",
       NetSpec("D", {2, 4, 4})
           .conv_down(3)
           .spectral_norm()
           .relu()
           .conv_transpose(2)
           .spectral_norm()
           .relu()
           .dense(1)
           .spectral_norm(),
       images,
       {},
       false},
      {"maxima",
       NetSpec("D", {2, 4, 4}).conv(3, 3).max_pool().leaky_relu(0.2).global_sum_pool().dense(1),
       images},
      {"maxima of audio clip",
       NetSpec("D", {2, 8}).conv(3, 3).max_pool(3).relu().conv(2, 1).global_sum_pool().dense(1),
       numbers("x", {3, 2, 8})},
      {"label beside the image", concat, images, classes},
      {"label in the middle", middle, points, classes},
      {"linear projection", labelled({4}).dense(5).leaky_relu(0.2).projection("labels", 4), points,
       classes},
  };
}

// Nets whose input gradients take four passes where x is a constant.
std::vector<Trial> curved_trials() {
  NetSpec beside("D", {4}), label("D", {4});
  beside.append(fourier_features(2)).mark("f").at("x").concat("f").dense(5).relu().mark("h");
  beside.at("f").dense(5).add("h").leaky_relu(0.2).dense(1);
  label.integer_input("labels", {}).embed(3, 5).mark("e");
  label.at("x").append(fourier_features(1)).dense(5).add("e").leaky_relu(0.2).dense(1);
  const Tensor labels = at::tensor(std::vector<int64_t>{2, 0, 2}, at::kLong);
  const Tensor points = numbers("x", {3, 4}), images = numbers("x", {3, 2, 4, 4});
  std::vector<Trial> all = {
      {"Fourier features",
       NetSpec("D", {4}).append(fourier_features(3)).dense(6).leaky_relu(0.2).dense(1), points},
      {"x beside its features", beside, points},
      {"features beside a label",
       label,
       points,
       {.labels = labels, .attributes = {}, .tokens = {}, .input_image = {}}},
      {"two curved layers, after a linear one",
       NetSpec("D", {2, 4, 4}).downsample_bilinear().pixel_norm().tanh().conv(3, 3).relu().dense(1),
       images},
  };
  for (Trial& t : all) t.curved = true;
  return all;
}

std::vector<Trial> four_pass_trials() {
  std::vector<Trial> all = straight_trials();
  for (const Trial& t : curved_trials()) all.push_back(t);
  return all;
}

// Between them every layer; batch norm too, which is differentiable even where a penalty should not
// use it.
std::vector<Trial> trials() {
  const Tensor labels = at::tensor(std::vector<int64_t>{2, 0, 2}, at::kLong);
  const Tensor points = numbers("x", {3, 4}), images = numbers("x", {3, 2, 4, 4});
  std::vector<Trial> all = {
      {"maxout", NetSpec("D", {4}).maxout(3, 2).dropout(0.3).dense(1), points},
      {"conv", NetSpec("D", {2, 4, 4}).conv_down(3).leaky_relu(0.2).dense(1), images},
      {"patches", NetSpec("D", {2, 4, 4}).conv(3, 3).tanh().conv(1, 1), images},
      {"up",
       NetSpec("D", {2, 4, 4})
           .conv_transpose(2)
           .activation("silu")
           .upsample()
           .conv_down(1)
           .dense(1),
       images},
      {"skip",
       NetSpec("D", {2, 4, 4})
           .mark("x0")
           .conv(2, 3)
           .activation("softplus")
           .add("x0")
           .concat("x0")
           .dense(1),
       images},
      {"norm", NetSpec("D", {2, 4, 4}).conv(3, 3).batch_norm().activation("gelu").dense(1), images},
      {"1d",
       NetSpec("D", {2, 8})
           .conv(3, 5, {.stride = 2})
           .sigmoid()
           .conv_transpose(2)
           .upsample()
           .dense(1),
       numbers("x", {3, 2, 8})},
  };
  all.push_back({"group norm",
                 NetSpec("D", {2, 4, 4})
                     .conv(4, 3)
                     .group_norm(2)
                     .tanh()
                     .conv(4, 3, {.groups = 2})
                     .group_norm(1)
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
                     .leaky_relu(0.2)
                     .downsample_bilinear()
                     .conv(2, 1)
                     .upsample_bilinear()
                     .leaky_relu(0.2)
                     .avg_pool()
                     .minibatch_stddev(0)
                     .dense(1),
                 images});
  NetSpec projection("D", {4});
  projection.integer_input("labels", {})
      .at("x")
      .dense(5)
      .activation("elu", 1)
      .projection("labels", 4);
  all.push_back({"projection",
                 projection,
                 points,
                 {.labels = labels, .attributes = {}, .tokens = {}, .input_image = {}}});
  for (const Trial& t : four_pass_trials()) all.push_back(t);
  for (const Activation& a : activations())
    all.push_back(
        {std::string(a.name), NetSpec("D", {4}).dense(5).activation(a.name, 0.3).dense(1), points});
  return all;
}

RunMode mode_of(const Trial& t, bool requires_grad) {
  RunMode mode = kLearning;
  mode.training = t.training;
  mode.requires_grad = requires_grad;
  return mode;
}

// A loss of both results, with second derivatives in the weights.
Tensor loss_of(Net& net, const Trial& t, const Tensor& v = {}) {
  net.set_mode(net.mode());
  const auto [y, grad] = net.vjp(t.x, v, t.condition);
  return test::weighted(y.tanh()) + test::weighted(grad.square());
}

TEST(Slope, IsTheDerivativeByFiniteDifferences) {
  for (const Trial& t : trials()) {
    SCOPED_TRACE(t.name);
    Net net(t.spec, 3, 0, kDouble);
    net.set_mode(mode_of(t, false));
    const Tensor v = numbers("v", Tensor(net(t.x, t.condition)).sizes().vec());
    net.set_mode(mode_of(t, false));
    const Tensor grad = net.vjp(t.x, v, t.condition).grad;
    ASSERT_EQ(grad.sizes().vec(), t.x.sizes().vec());
    const double h = 1e-6;
    for (int64_t i = 0; i < t.x.numel(); i += 3) {
      const auto at = [&](double by) {
        const Tensor moved = t.x.clone();
        moved.mutable_data_ptr<double>()[i] += by;
        net.set_mode(mode_of(t, false));
        return (v * Tensor(net(moved, t.condition))).sum().item<double>();
      };
      EXPECT_NEAR(grad.reshape(-1)[i].item<double>(), (at(h) - at(-h)) / (2 * h), 1e-7) << i;
    }
  }
}

TEST(Slope, WeightGradientsOfWhatIsMadeOfItAreThoseOfFiniteDifferences) {
  for (const Trial& t : trials()) {
    SCOPED_TRACE(t.name);
    Net net(t.spec, 3, 0, kDouble);
    net.set_mode(mode_of(t, true));
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
  net.set_mode(kLearning);
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
  net.set_mode(kTraining);
  const Tensor source = t.x.clone().set_requires_grad(true);
  const auto [y, grad] = net.value_and_grad(source * 2);
  (y.square().sum() + (grad * numbers("v", t.x.sizes().vec())).sum()).backward();
  EXPECT_GT(source.grad().abs().max().item<double>(), 0);
  EXPECT_EQ(net.gradients.abs().max().item<double>(), 0);
}

Tensor ones_for(const Trial& t) { return at::ones({t.x.size(0), 1}, kDouble); }

// Losses that differ by sample, in the logit as well as in the grad.
Tensor penalized(const Net::ValueAndGrad& at) {
  const Tensor norms = (at.grad.flatten(1).square().sum(1) + 1e-3).sqrt();
  const Tensor y = at.value.flatten();
  return test::weighted((y * 3).tanh()) + test::weighted((norms - 0.4).square()) +
         (y * norms).sum();
}

double relative_difference(const Tensor& a, const Tensor& b) {
  return test::largest_difference(a, b) / b.abs().max().item<double>();
}

// v given: double backward, whatever the net.
TEST(FourPasses, GiveWhatDoubleBackwardGives) {
  for (Trial t : four_pass_trials()) {
    SCOPED_TRACE(t.name);
    ASSERT_EQ(t.spec.piecewise_linear(), !t.curved);
    Net net(t.spec, 3, 0, kDouble);
    Tensor gradients[2], grads[2], values[2], x_gradients[2];
    for (const bool oracle : {false, true}) {
      net.set_mode(kLearning);
      net.gradients.zero_();
      const Tensor x = t.x.clone().set_requires_grad(!t.curved);
      Tensor v;
      if (oracle) v = at::ones_like(Tensor(net(t.x, t.condition)));
      net.state.fill_(0.5);
      net.set_mode(kLearning);
      const auto result = net.vjp(x, v, t.condition);
      EXPECT_EQ(result.grad.grad_fn()->name() == "ValueAndGradBackward", !oracle);
      penalized(result).backward();
      gradients[oracle] = net.gradients.clone();
      x_gradients[oracle] = x.grad();
      grads[oracle] = result.grad.detach();
      values[oracle] = result.value.detach();
    }
    EXPECT_LT(relative_difference(values[0], values[1]), 1e-12);
    EXPECT_LT(relative_difference(grads[0], grads[1]), 1e-12);
    if (!t.curved) {
      EXPECT_LT(relative_difference(x_gradients[0], x_gradients[1]), 1e-12);
    }
    for (const Slot& slot : net.slots())
      EXPECT_LT(
          test::largest_difference(Net::view(gradients[0], slot), Net::view(gradients[1], slot)),
          1e-12 * gradients[1].abs().max().item<double>())
          << slot.name;
  }
}

TEST(FourPasses, ServeLossesOfTheLogitAloneOrOfTheSlopeAlone) {
  const auto of_logit = [](const Net::ValueAndGrad& at) {
    return test::weighted(at.value.square());
  };
  const auto of_grad = [](const Net::ValueAndGrad& at) { return test::weighted(at.grad.square()); };
  for (const Trial& t : four_pass_trials())
    for (const auto& loss : {std::function<Tensor(const Net::ValueAndGrad&)>(of_logit),
                             std::function<Tensor(const Net::ValueAndGrad&)>(of_grad)}) {
      SCOPED_TRACE(t.name);
      Net net(t.spec, 3, 0, kDouble);
      net.set_mode(kLearning);
      const Tensor state = net.state.clone();
      loss(net.value_and_grad(t.x, t.condition)).backward();
      const Tensor found = net.gradients.clone();
      net.gradients.zero_();
      net.state.copy_(state);
      net.set_mode(kLearning);
      const Tensor ones = at::ones_like(Tensor(net(t.x, t.condition)));
      net.state.copy_(state);
      net.set_mode(kLearning);
      loss(net.vjp(t.x, ones, t.condition)).backward();
      EXPECT_LT(test::largest_difference(found, net.gradients),
                1e-12 * (1 + found.abs().max().item<double>()));
    }
}

// As in a discriminator's step: D(real) and D(fake) with grads, D(other) without, one backward.
TEST(FourPasses, SeveralCallsShareOneBackward) {
  const Trial t = straight_trials()[1];
  const Tensor real = t.x, fake = numbers("fake", t.x.sizes().vec());
  Net net(t.spec, 3, 0, kDouble);
  Tensor found[2];
  for (const bool oracle : {false, true}) {
    net.set_mode(kLearning);
    net.gradients.zero_();
    const Tensor v = oracle ? ones_for(t) : Tensor();
    const auto a = net.vjp(real, v), b = net.vjp(fake, v);
    const Tensor pairs = (a.value - b.value).square().sum() + Tensor(net(fake * 2)).sum();
    (pairs + penalized(a) + penalized(b) * 2).backward();
    found[oracle] = net.gradients.clone();
  }
  EXPECT_LT(relative_difference(found[0], found[1]), 1e-12);
}

TEST(FourPasses, PassGradientsOnToWhateverMadeACondition) {
  NetSpec spec("D", {4});
  spec.input("attributes", {3}).mark("c").dense(5).mark("key");
  spec.at("x").concat("c").dense(5).relu().append(dot(), {"key"});
  ASSERT_TRUE(spec.piecewise_linear());
  Net net(spec, 3, 0, kDouble);
  const Tensor x = numbers("x", {3, 4});
  Tensor found[2];
  for (const bool oracle : {false, true}) {
    net.set_mode(kTraining);  // frozen: only the condition learns
    const Tensor source = numbers("c", {3, 3}).set_requires_grad(true);
    const Tensor v = oracle ? at::ones({3, 1}, kDouble) : Tensor();
    penalized(net.vjp(x, v, Inputs{{"attributes", source * 2}})).backward();
    found[oracle] = source.grad();
  }
  EXPECT_LT(relative_difference(found[0], found[1]), 1e-12);
  EXPECT_EQ(net.gradients.abs().max().item<double>(), 0);
}

TEST(FourPasses, GiveAFrozenNetsSlopeAsAConstant) {
  const Trial t = straight_trials()[1];
  Net net(t.spec, 3, 0, kDouble);
  net.set_mode(kTraining);
  const auto [y, grad] = net.value_and_grad(t.x);
  EXPECT_FALSE(y.requires_grad());
  EXPECT_FALSE(grad.requires_grad());
}

// In float32 products, activations and sums have own passes, which write gradients where they lie.
TEST(FourPasses, OwnPassesGiveWhatReferencesGive) {
  NetSpec wide("D", {3, 8, 8}), label("D", {2, 4, 4});
  wide.conv_down(8).leaky_relu(0.2).mark("h").relu().conv(8, 3).leaky_relu(0.1).conv(8, 3).add("h");
  wide.conv_transpose(16).relu().avg_pool().dense(12).mark("g").leaky_relu(0.2).add("g").dense(1);
  label.integer_input("labels", {}).embed(3, 8).mark("e").at("x").conv(8, 3).relu().flatten();
  label.dense(8).mark("f").at("f").add("f").add("e").leaky_relu(0.2).dense(1, false);
  std::vector<Trial> all = four_pass_trials();
  all.push_back({"products, activations and sums", wide, numbers("x", {3, 3, 8, 8})});
  all.push_back({"a sum of two and a label",
                 label,
                 numbers("x", {3, 2, 4, 4}),
                 {.labels = at::tensor(std::vector<int64_t>{2, 0, 2}, at::kLong),
                  .attributes = {},
                  .tokens = {},
                  .input_image = {}}});
  for (const Trial& t : all) {
    SCOPED_TRACE(t.name);
    Net net(t.spec, 3, 0);
    const Tensor x = t.x.to(at::kFloat), state = net.state.clone();
    // By own passes into cleared and zeroed gradients, by references.
    Tensor gradients[3], grads[3], values[3];
    for (const int way : {0, 1, 2}) {
      set_fusing(way < 2);
      net.state.copy_(state);
      net.set_mode(kLearning);
      if (way == 0)
        net.clear_gradients();
      else
        net.gradients.zero_();
      for (const double scale : {1.0, 0.5}) {  // the second call adds to the first one's
        const auto result = net.value_and_grad(x * scale, t.condition);
        penalized(result).backward();
        grads[way] = result.grad.detach();
        values[way] = result.value.detach();
      }
      if (way == 0) net.settle_gradients();
      gradients[way] = net.gradients.clone();
    }
    set_fusing(true);
    EXPECT_TRUE(gradients[0].equal(gradients[1]));
    EXPECT_LT(relative_difference(values[1], values[2]), 1e-5);
    EXPECT_LT(relative_difference(grads[1], grads[2]), 1e-5);
    EXPECT_LT(relative_difference(gradients[1], gradients[2]), 2e-5);
  }
}

// Their own second derivatives are no part of the four passes.
TEST(FourPasses, AreNotForCurvedFeaturesOfAnInputThatCollectsGradients) {
  for (const Trial& t : curved_trials()) {
    Net net(t.spec, 3, 0, kDouble);
    net.set_mode(kLearning);
    const auto name = [&](bool collects) {
      const Tensor x = t.x.clone().set_requires_grad(collects);
      return net.value_and_grad(x, t.condition).grad.grad_fn()->name();
    };
    EXPECT_EQ(name(false), "ValueAndGradBackward") << t.name;
    EXPECT_NE(name(true), "ValueAndGradBackward") << t.name;
  }
}

TEST(FourPasses, RefuseASecondBackwardAndAGraphOfIt) {
  const Trial t = straight_trials()[1];
  Net net(t.spec, 3, 0, kDouble);
  net.set_mode(kLearning);
  const Tensor once = penalized(net.value_and_grad(t.x));
  EXPECT_THROW(once.backward({}, /*retain_graph=*/true, /*create_graph=*/true), Error);
  const Tensor twice = net.value_and_grad(t.x).grad.sum();
  twice.backward();
  EXPECT_ANY_THROW(twice.backward());
}

TEST(FourPasses, AreForPiecewiseLinearNetsOfOneLogitOnly) {
  NetSpec curved_label("D", {4});
  curved_label.integer_input("labels", {}).embed(3, 5).activation("tanh").mark("e");
  curved_label.at("x").dense(5).add("e").dense(1);
  EXPECT_TRUE(curved_label.piecewise_linear()) << "what does not depend on x may be curved";
  NetSpec head("D", {4});
  head.dense(5).relu().mark("h").activation("tanh").dense(3).output("classes").at("h").dense(1);
  EXPECT_TRUE(head.piecewise_linear()) << "so may what does not lead to the main output";

  const NetSpec D("D", {2, 4, 4});
  for (const Activation& a : activations())
    EXPECT_EQ(NetSpec(D).activation(a.name).dense(1).piecewise_linear(), a.jvp != nullptr)
        << a.name;
  EXPECT_FALSE(NetSpec(D).conv(1, 1).piecewise_linear()) << "a logit a place";
  EXPECT_FALSE(NetSpec(D).batch_norm().dense(1).piecewise_linear());
  EXPECT_FALSE(NetSpec(D).group_norm(1).dense(1).piecewise_linear());
  EXPECT_FALSE(NetSpec(D).pixel_norm().dense(1).piecewise_linear());
  EXPECT_FALSE(NetSpec(D).minibatch_stddev(0).dense(1).piecewise_linear());
  EXPECT_FALSE(NetSpec("D", {4}).mark("h").append(dot(), {"h"}).piecewise_linear())
      << "a product of two values that move";
  EXPECT_FALSE(NetSpec::of_integers("D", {}).embed(3, 5).dense(1).piecewise_linear());
}

// The path length of StyleGAN2 (arXiv:1912.04958, eq. 4): v is an image of noise, G learns.
TEST(Slope, TakesAWeightForEachOutput) {
  const Trial t{"path", NetSpec("G", {4}).dense(6).tanh().dense({1, 2, 3}), numbers("z", {3, 4})};
  Net net(t.spec, 3, 0, kDouble);
  net.set_mode(kLearning);
  const Tensor v = numbers("v", {3, 1, 2, 3});
  const auto length = [&] { return net.vjp(t.x, v).grad.square().sum(1).sqrt().mean(); };
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
  EXPECT_THROW(net.vjp(x, at::ones({3, 2}, kDouble)), Error);
  const at::NoGradGuard off;
  EXPECT_THROW(net.value_and_grad(x), Error);
}

}  // namespace
}  // namespace gannet
