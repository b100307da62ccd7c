// The penalties in the game: by hand on a linear D, gradients of D's weights by finite differences
// through every kind of layer, bit-exact resume, clipping, lazy intervals, refused combinations.
#include <gtest/gtest.h>

#include <cmath>

#include "gannet/base/error.h"
#include "support/tiny_gan.h"
#include "support/weights.h"

namespace gannet {
namespace {

using test::numbers;

struct Penalty {
  const char* term;
  std::function<void(Options&)> set;
};

std::vector<Penalty> penalties() {
  return {{"r1", [](Options& o) { o.r1 = 1.5; }},
          {"r1", [](Options& o) { o.gamma = 1.5; }},
          {"r2", [](Options& o) { o.r2 = 0.7; }},
          {"gp", [](Options& o) { o.gp = 10; }},
          {"gp", [](Options& o) { o.gp = 10, o.gp_one_sided = true, o.gp_target = 0.3; }},
          {"dragan", [](Options& o) { o.dragan = 10, o.dragan_spread = 0.4; }}};
}

// A generator of these samples against any D.
struct Pair : Gan {
  Pair(const Options& o, const NetSpec& d, const Shape& sample)
      : Gan({.seed = o.seed, .tensor = test::kDouble}),
        options(o),
        G(add(NetSpec("G", {3}).dense(sample), {.ema = true})),
        D(add(d, {})) {}
  std::vector<Phase> phases() override { return game.phases(); }
  Shape latent() const override { return {3}; }

  const Options options;
  Net &G, &D;
  AdversarialObjective game{G, D, options};
};

// The terms of D's phase as the trainer would have them.
Terms d_terms(Pair& gan, const Batch& batch, size_t index = 0) {
  const Address draws{.seed = 11, .step = 2, .phase = 1 + static_cast<uint32_t>(index)};
  gan.G.set_mode({.training = true, .draws = draws});
  gan.D.set_mode({.training = true, .requires_grad = true, .draws = draws});
  const std::vector<Net*> learning{&gan.D};
  Step step(gan, batch, {2, 0, {.seed = 11, .step = 2}}, nullptr, learning);
  return gan.phases()[index].loss(batch, step);
}

double term(const Terms& terms, std::string_view name) {
  for (const auto& [key, value] : terms.named)
    if (key == name) return value.item<double>();
  ADD_FAILURE() << "no term " << name;
  return 0;
}

Options with(const std::function<void(Options&)>& set) {
  Options o = test::tiny_options();
  set(o);
  return o;
}

TEST(Penalties, OfALinearDAreAsByHand) {
  const Batch batch{numbers("real", {4, 3}), {}};
  for (const Penalty& p : penalties()) {
    const Options o = with(p.set);
    Pair gan(o, NetSpec("D", {3}).dense(1), {3});
    gan.D.parameters.narrow(0, 0, 3).copy_(numbers("w", {3}));
    const double w =
        gan.D.parameters.narrow(0, 0, 3).norm().item<double>();  // the slope everywhere
    const double excess = std::max(w - o.gp_target, o.gp_one_sided ? 0. : -1e9);
    const std::string name = p.term;
    const double expected = name == "r1"   ? 1.5 / 2 * w * w
                            : name == "r2" ? 0.7 / 2 * w * w
                                           : 10 * excess * excess;
    const Terms terms = d_terms(gan, batch);
    ASSERT_EQ(terms.named.size(), 2u);
    EXPECT_NEAR(term(terms, name), expected, 1e-10) << name;
  }
}

// Samples of [2, 4, 4] through D's that have, between them, every layer that a penalized D may
// have.
std::vector<NetSpec> discriminators() {
  NetSpec residual("D", {2, 4, 4});
  residual.conv(4, 3, {.groups = 2}).leaky_relu(0.2).mark("h").conv(4, 3).group_norm(2).tanh();
  residual.conv(4, 1)
      .instance_norm()
      .add("h")
      .group_norm(1)
      .concat("h")
      .downsample_bilinear()
      .upsample_bilinear();
  residual.activation("silu").avg_pool().pixel_norm().minibatch_stddev(0).dense(1);
  return {
      NetSpec("D", {2, 4, 4}).maxout(3, 2).dropout(0.2).dense(1),
      NetSpec("D", {2, 4, 4})
          .conv_down(3)
          .leaky_relu(0.2)
          .conv_transpose(2)
          .upsample()
          .activation("elu", 1)
          .dense(1),
      NetSpec("D", {2, 4, 4}).conv(3, 3).activation("softplus").conv(1, 1),
      NetSpec("D", {2, 4, 4})
          .dense(4)
          .activation("selu")
          .dense(4)
          .activation("gelu")
          .dense(4)
          .sigmoid()
          .reshape({4})
          .dense(3)
          .relu()
          .dense(1),
      residual,
  };
}

TEST(Penalties, GradientsOfDsWeightsAreThoseOfFiniteDifferences) {
  const Batch batch{numbers("real", {4, 2, 4, 4}), {}};
  for (const NetSpec& spec : discriminators())
    for (const Penalty& p : penalties()) {
      SCOPED_TRACE(std::string(p.term) + " through " + spec.nodes().back().name + " of " +
                   std::to_string(spec.nodes().size()) + " nodes");
      Pair gan(with(p.set), spec, {2, 4, 4});
      const auto loss = [&] {
        Tensor total;
        for (const auto& [name, value] : d_terms(gan, batch).named)
          total = total.defined() ? total + value : value;
        return total;
      };
      test::expect_weight_gradients(gan.D, loss);
      EXPECT_EQ(gan.G.gradients.abs().max().item<double>(), 0);
    }
}

TEST(Penalties, LazyOnesAreAsManyTimesAsStrongInAPhaseOfTheirOwn) {
  const Batch batch{numbers("real", {4, 3}), {}};
  const NetSpec spec = NetSpec("D", {3}).dense(5).leaky_relu(0.2).dense(1);
  const auto set = [](Options& o) { o.r1 = 2, o.r2 = 1; };
  Pair each(with(set), spec, {3});
  Pair lazy(with([&](Options& o) { set(o), o.r1_every = 4; }), spec, {3});
  const std::vector<Phase> phases = lazy.phases();
  ASSERT_EQ(phases.size(), 3u);
  EXPECT_EQ(phases[1].every, 4);
  EXPECT_EQ(d_terms(lazy, batch, 0).named.size(), 1u);
  const Terms now = d_terms(each, batch), later = d_terms(lazy, batch, 1);
  for (const char* name : {"r1", "r2"})
    EXPECT_NEAR(term(later, name), 4 * term(now, name), 1e-12) << name;
}

TEST(Clipping, KeepsDsWeightsInTheirRangeAfterEachUpdate) {
  Options o = test::tiny_options();
  o.clip = 0.01;
  o.loss = "wgan";
  test::TinyGan gan(o);
  Loader loader = test::make_loader(o, test::points());
  test::Watcher watcher;
  watcher.step = [&](const Trainer&) {
    EXPECT_LE(gan.D.parameters.abs().max().item<double>(), 0.01);
    EXPECT_GT(gan.G.parameters.abs().max().item<double>(), 0.05);
    return true;
  };
  Trainer(gan, loader, o).train(watcher);
}

std::string error_of(const Options& o, const NetSpec& spec) {
  try {
    Pair gan(o, spec, {3});
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Penalties, RefuseWhatCannotWork) {
  for (const Penalty& p : penalties())
    EXPECT_TRUE(error_of(with(p.set), NetSpec("D", {3}).dense(4).batch_norm().relu().dense(1))
                    .starts_with("gradient penalties need a discriminator without batch norm"))
        << p.term;
  const auto clip = [](Options& o) { o.clip = 0.1; };
  EXPECT_TRUE(
      error_of(with(clip), NetSpec("D", {3}).dense(1).spectral_norm()).starts_with("--clip"));
  EXPECT_EQ(error_of(with(clip), NetSpec("D", {3}).dense(4).batch_norm().dense(1)), "no error");
}

}  // namespace
}  // namespace gannet
