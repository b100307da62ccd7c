// The ordinary game with all that may be added to it: what D is shown, further terms and their
// gradients, state that a resume needs, and combinations that are refused.
#include "gannet/training/adversarial_objective.h"

#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "gannet/base/error.h"
#include "gannet/training/option_checks.h"
#include "support/tiny_gan.h"
#include "support/weights.h"

namespace gannet {
namespace {

using test::numbers;
using Set = std::function<void(Options&)>;

const Shape kImage{2, 6, 6};

Options with(const Set& set) {
  Options o = test::tiny_options();
  set(o);
  return o;
}

// Images against a D with every output that the game knows.
struct Pair : Gan {
  explicit Pair(const Options& o, const Shape& sample = kImage, bool classes = true)
      : Gan({.seed = o.seed, .tensor = test::kDouble}),
        options(o),
        G(add(NetSpec("G", {3}).dense(4).tanh().dense(sample), {.ema = true})),
        D(add(discriminator(o, sample, classes), {})) {}

  static NetSpec discriminator(const Options& o, Shape sample, bool classes) {
    sample[0] *= o.pack;
    NetSpec D("D", sample);
    D.dense(5).tanh().output("features").mark("h");
    if (classes) D.dense(3).output("classes").at("h").dense(2).output("attributes").at("h");
    return D.dense(1);
  }
  std::vector<Phase> phases() override { return game.phases(); }
  std::map<std::string, Tensor*> state() override { return game.state(); }
  Shape latent() const override { return {3}; }

  const Options options;
  Net &G, &D;
  AdversarialObjective game{G, D, options};
};

Batch batch() {
  return {numbers("real", {4, 2, 6, 6}),
          {.labels = at::zeros({4}, at::kLong), .attributes = numbers("vector", {4, 2})}};
}

// The terms of a phase as the trainer would have them, from the state as it is at first.
Terms terms(Pair& gan, const std::string& phase, const Batch& batch) {
  const bool of_d = phase == "D";
  const Address draws{.seed = 11, .step = 2, .phase = of_d ? 1u : 2u};
  gan.G.set_mode({.training = true, .requires_grad = !of_d, .draws = draws});
  gan.D.set_mode({.training = true, .requires_grad = of_d, .draws = draws});
  for (const auto& [name, tensor] : gan.state()) tensor->fill_(0);
  const std::vector<Net*> learning{of_d ? &gan.D : &gan.G};
  Step step(gan, batch, {2, 0, {.seed = 11, .step = 2}, schedule_at(gan.options, 8)}, nullptr,
            learning);
  return gan.phases()[of_d ? 0 : 1].loss(batch, step);
}

std::vector<std::string> names(const Terms& terms) {
  std::vector<std::string> all;
  for (const auto& [name, value] : terms.named) all.push_back(name);
  return all;
}

struct Addition {
  const char *phase, *term;  // that it brings
  Set set;
};

std::vector<Addition> additions() {
  return {{"D", "lecam", [](Options& o) { o.lecam = 0.5; }},
          {"D", "cr", [](Options& o) { o.cr = 3; }},
          {"D", "D_ortho", [](Options& o) { o.ortho = 0.1; }},
          {"D", "D_class", [](Options& o) { o.class_weight = 2; }},
          {"D", "D", [](Options& o) { o.aug = "color,translation,cutout,mirror"; }},
          {"D", "D", [](Options& o) { o.noise = 0.5; }},
          {"D", "D", [](Options& o) { o.smooth = 0.1, o.smooth_fake = 0.1; }},
          {"D", "r1", [](Options& o) { o.r1 = 1, o.aug = "translation", o.noise = 0.2; }},
          {"G", "G_class", [](Options& o) { o.class_weight = 2; }},
          {"G", "G_ortho", [](Options& o) { o.ortho = 0.1; }},
          {"G", "features", [](Options& o) { o.feature_matching = 2; }},
          {"G", "pl", [](Options& o) { o.pl = 2; }},
          {"G", "G", [](Options& o) { o.aug = "color,translation,cutout,mirror"; }},
          {"G", "G", [](Options& o) { o.top_k = 0.5; }},
          {"G", "G", [](Options& o) { o.noise = 0.5; }}};
}

TEST(AdversarialObjective, GradientsOfEveryAdditionAreThoseOfFiniteDifferences) {
  for (const Addition& a : additions()) {
    SCOPED_TRACE(std::string(a.term) + " of " + a.phase);
    Pair gan(with(a.set));
    const auto loss = [&] {
      Tensor total;
      for (const auto& [name, value] : terms(gan, a.phase, batch()).named)
        total = total.defined() ? total + value : value;
      return total;
    };
    const auto found = names(terms(gan, a.phase, batch()));
    EXPECT_NE(std::ranges::find(found, a.term), found.end());
    Net& learner = std::string(a.phase) == "D" ? gan.D : gan.G;
    Net& other = &learner == &gan.D ? gan.G : gan.D;
    // LeCam's averages move with D's weights, as constants: an error of a part in a hundred.
    const double tolerance =
        std::string(a.term) == "lecam" || std::string(a.term) == "pl" ? 3e-2 : 2e-6;
    test::expect_weight_gradients(learner, loss, tolerance);
    EXPECT_EQ(other.gradients.abs().max().item<double>(), 0);
  }
}

// A recipe whose labels are its own, not the data's.
struct OwnLabels : AdversarialObjective {
  using AdversarialObjective::AdversarialObjective;
  Condition condition(const Batch& batch, Step&) override {
    return {.labels = at::zeros({batch.size()}, at::kLong)};
  }
};

struct Labelled : Gan {
  explicit Labelled(const Options& o)
      : Gan({.seed = o.seed, .tensor = test::kDouble}),
        G(add(NetSpec("G", {3}).dense(4).tanh().dense(kImage), {})),
        D(add(discriminator(), {})),
        objective(G, D, o) {}
  static NetSpec discriminator() {
    NetSpec D("D", kImage);
    D.integer_input("labels", {}).embed(3, 4).mark("y").at("x").dense(5).tanh();
    return D.concat("y").dense(1);
  }
  std::vector<Phase> phases() override { return objective.phases(); }
  Shape latent() const override { return {3}; }

  Net &G, &D;
  OwnLabels objective;
};

TEST(AdversarialObjective, GivesDTheRecipesConditionInEveryTerm) {
  Labelled gan(with([](Options& o) { o.cr = 1, o.gp = 1, o.dragan = 1, o.r1 = 1, o.r2 = 1; }));
  gan.G.set_mode({.training = true});
  gan.D.set_mode({.training = true, .requires_grad = true});
  const Batch unlabelled{numbers("real", {4, 2, 6, 6}), {}};
  const std::vector<Net*> learning{&gan.D};
  Step step(gan, unlabelled, {2, 0, {.seed = 11, .step = 2}}, nullptr, learning);
  EXPECT_EQ(names(gan.phases()[0].loss(unlabelled, step)),
            (std::vector<std::string>{"D", "r1", "r2", "gp", "dragan", "cr"}));
}

TEST(AdversarialObjective, ShowsDPacksOfSamplesSideBySide) {
  const Options o = with([](Options& o) { o.pack = 2; });
  DiscriminatorInput d_input(o, kImage, test::kDouble);
  Pair gan(o, kImage, /*classes=*/false);
  const Batch b = batch();
  const std::vector<Net*> nobody;
  Step step(gan, b, {2, 0, {.seed = 11}}, nullptr, nobody);
  const Tensor seen = d_input(b.real, Side::real, step);
  EXPECT_EQ(seen.sizes().vec(), (Shape{2, 4, 6, 6}));
  EXPECT_TRUE(seen[1].slice(0, 0, 2).equal(b.real[2]));
  EXPECT_TRUE(seen[1].slice(0, 2, 4).equal(b.real[3]));
}

TEST(AdversarialObjective, DrawsNoiseAndAugmentationApartForRealAndFake) {
  const Options o = with([](Options& o) { o.noise = 1, o.aug = "color,translation"; });
  DiscriminatorInput d_input(o, kImage, test::kDouble);
  Pair gan(o);
  const Batch b = batch();
  const std::vector<Net*> nobody;
  Step step(gan, b, {2, 0, {.seed = 11}, schedule_at(o, 0)}, nullptr, nobody);
  const Tensor real = d_input(b.real, Side::real, step), fake = d_input(b.real, Side::fake, step);
  EXPECT_GT((real - fake).abs().mean().item<double>(), 0.1);
  EXPECT_TRUE(real.equal(d_input(b.real, Side::real, step))) << "addressed, not consumed";
}

TEST(Pool, FillsUpAndThenGivesEarlierFakesBack) {
  const Options o = with([](Options& o) { o.pool = 8; });
  DiscriminatorInput d_input(o, {3}, test::kDouble);
  Pair gan(o, {3}, false);
  const std::vector<Net*> nobody;
  std::vector<Tensor> made;
  int64_t exchanged = 0;
  for (uint32_t i = 0; i < 12; ++i) {
    made.push_back(numbers("fakes" + std::to_string(i), {4, 3}));
    const Batch b{made.back(), {}};
    Step step(gan, b, {i, 0, {.seed = 11, .step = i}}, nullptr, nobody);
    const Tensor shown = d_input.sample_from_pool(made.back(), step);
    if (i < 2) EXPECT_TRUE(shown.equal(made.back())) << "not yet full";
    for (int64_t k = 0; k < 4; ++k) {
      if (shown[k].equal(made.back()[k])) continue;
      ++exchanged;
      bool earlier = false;
      for (const Tensor& fakes : made)
        for (int64_t j = 0; j < 4; ++j) earlier |= shown[k].equal(fakes[j]);
      EXPECT_TRUE(earlier);
    }
  }
  EXPECT_GE(exchanged, 10);  // half of 40
  EXPECT_LE(exchanged, 30);
}

TEST(AdversarialObjective, ScalesFurtherTermsByTheRatioOfGradients) {
  const auto value = [](const Terms& t, std::string_view name) {
    for (const auto& [key, v] : t.named)
      if (key == name) return v.item<double>();
    return 0.0;
  };
  Pair once(with([](Options& o) { o.gradient_ratio = 1; }));
  Pair thrice(with([](Options& o) { o.gradient_ratio = 3; }));
  const double a = value(terms(once, "G", batch()), "G_class");
  EXPECT_NEAR(value(terms(thrice, "G", batch()), "G_class"), 3 * a, 1e-9 * a);
}

// Six steps, stopped after `stop` of them and gone on with in a new Gan if that is not 0.
std::vector<std::pair<std::string, Tensor>> trained(const Options& o, int64_t stop) {
  DatasetInfo shape = test::data_info(kImage, 3);
  shape.attributes = 2;
  const auto data = std::make_shared<test::MemoryDataset>(shape, 22);
  Pair first(o, kImage, o.pool == 0);
  Loader loader(data, {.seed = o.seed, .batch = o.batch});
  Trainer trainer(first, loader, o);
  test::Watcher watcher;
  watcher.step = [&](const Trainer& t) { return t.step() != stop; };
  trainer.train(watcher);
  std::vector<std::pair<std::string, Tensor>> copies;
  const auto keep = [&copies](Trainer& t) {
    copies.clear();
    for (const auto& [name, tensor] : t.tensors()) copies.emplace_back(name, tensor.clone());
  };
  keep(trainer);
  if (stop == 0) return copies;
  Pair second(o, kImage, o.pool == 0);
  Loader again(data, {.seed = o.seed, .batch = o.batch});
  Trainer on(second, again, o);
  const auto tensors = on.tensors();
  for (size_t i = 0; i < tensors.size(); ++i) tensors[i].second.copy_(copies[i].second);
  on.set_state(trainer.state());
  test::Watcher nobody;
  on.train(nobody);
  keep(on);
  return copies;
}

TEST(Resume, ContinuesEveryAdditionBitForBit) {
  std::vector<Set> all{[](Options& o) { o.pool = 5; },
                       [](Options& o) { o.n_gen = 2, o.pack = 1, o.loss = "rpgan"; },
                       [](Options& o) { o.lr_end = 1e-3, o.b2_end = 0.9, o.ema_end = 0.1; }};
  for (const Addition& a : additions()) all.push_back(a.set);
  for (const Set& set : all) {
    const Options o = with(set);
    const auto straight = trained(o, 0), resumed = trained(o, 3);
    ASSERT_EQ(straight.size(), resumed.size());
    for (size_t i = 0; i < straight.size(); ++i)
      EXPECT_TRUE(straight[i].second.equal(resumed[i].second)) << straight[i].first;
  }
}

std::string refusal(const Set& set, const Shape& sample = kImage, bool classes = false) {
  try {
    Pair gan(with(set), sample, classes);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(AdversarialObjective, RefusesWhatCannotGoTogetherAndSaysWhy) {
  const auto starts = [](const std::string& text, const char* with) {
    EXPECT_TRUE(text.starts_with(with)) << "'" << text << "'";
  };
  starts(refusal([](Options& o) { o.smooth = 0.1, o.loss = "wgan"; }), "label smoothing moves");
  starts(refusal([](Options& o) { o.top_k = 0.5, o.loss = "rpgan"; }), "--topk picks");
  starts(refusal([](Options& o) { o.pack = 2; }, kImage, true), "--pack shows D several");
  starts(refusal([](Options& o) { o.pool = 2; }, kImage, true), "the pool keeps samples");
  starts(refusal([](Options& o) { o.pack = 3; }), "a round's batch is 4");
  starts(refusal([](Options& o) { o.pack = 2, o.cr = 1; }), "--cr augments single");
  starts(refusal([](Options& o) { o.aug = "color"; }, {3}), "--aug is for images");
  starts(refusal([](Options& o) { o.aug = "colour"; }), "unknown augmentation");
  starts(refusal([](Options& o) { o.cr = 1; }, {3}), "--cr is for images");
  EXPECT_EQ(refusal([](Options& o) { o.aug = "color", o.lecam = 1, o.noise = 1, o.pack = 2; }), "");
}

TEST(AdversarialObjective, WarnsOfWhatIsUnwise) {
  const DatasetInfo points = test::data_info({2}), images = test::data_info(kImage);
  const auto lines = [](const Set& set, const DatasetInfo& data) {
    return unwise_choices(with(set), data).size();
  };
  EXPECT_EQ(lines([](Options& o) { o.r1 = 1, o.r1_every = 16; }, points), 1u);
  EXPECT_EQ(lines([](Options& o) { o.r1 = 1, o.r1_every = 16; }, images), 0u);
  EXPECT_EQ(lines([](Options& o) { o.loss = "wgan"; }, images), 1u);
  EXPECT_EQ(lines([](Options& o) { o.loss = "wgan", o.gp = 10; }, images), 0u);
  EXPECT_EQ(lines([](Options&) {}, points), 0u);
}

TEST(AdversarialObjective, WarnsOfAGradientRatioWithoutAnAuxiliaryLoss) {
  const auto lines = [](const Set& set, bool classes) {
    return Pair(with(set), kImage, classes).game.warnings().size();
  };
  EXPECT_EQ(lines([](Options& o) { o.gradient_ratio = 1; }, false), 1u);
  EXPECT_EQ(lines([](Options& o) { o.gradient_ratio = 1, o.class_weight = 0; }, true), 1u);
  EXPECT_EQ(lines([](Options& o) { o.gradient_ratio = 1; }, true), 0u);
  EXPECT_EQ(lines([](Options& o) { o.gradient_ratio = o.feature_matching = 1; }, false), 0u);
  EXPECT_EQ(lines([](Options&) {}, false), 0u);
}

}  // namespace
}  // namespace gannet
