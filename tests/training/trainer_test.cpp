// The loop: resuming in memory bit for bit, guards, ticks, length, stopping.
#include "gannet/training/trainer.h"

#include <gtest/gtest.h>

#include <limits>

#include "support/tiny_gan.h"

namespace gannet {
namespace {

using test::TinyGan;

struct Variant {
  std::string name;
  Options options;
  bool norm = true;
  at::ScalarType type = at::kFloat;
};

std::vector<Variant> variants() {
  const auto with = [](auto change) {
    Options o = test::tiny_options();
    change(o);
    return o;
  };
  return {
      {"adam", with([](Options&) {})},
      {"adam in double precision", with([](Options&) {}), true, at::kDouble},
      {"sgd", with([](Options& o) { o.optimizer = "sgd"; })},
      {"momentum", with([](Options& o) { o.optimizer = "sgd", o.momentum = 0.9; })},
      {"no average", with([](Options& o) { o.ema = 0; })},
      {"three critic updates", with([](Options& o) { o.n_critic = 3; })},
      {"accumulation", with([](Options& o) { o.accumulate = 2; }), false},
      {"relativistic", with([](Options& o) { o.loss = "rpgan"; })},
      {"R1 and R2", with([](Options& o) { o.r1 = o.r2 = 0.5; })},
      {"lazy R1", with([](Options& o) { o.r1 = 0.5, o.r1_every = 2; })},
      {"gradient penalties", with([](Options& o) { o.gp = 10, o.dragan = 1, o.n_critic = 2; })},
      {"clipping", with([](Options& o) { o.loss = "wgan", o.clip = 0.1; })},
  };
}

// All that a run leaves, and what it reported from a step on.
struct End {
  std::vector<std::pair<std::string, Tensor>> tensors;
  std::vector<Tick> ticks;
};

void expect_equal(const End& a, const End& b) {
  ASSERT_EQ(a.tensors.size(), b.tensors.size());
  for (size_t i = 0; i < a.tensors.size(); ++i) {
    EXPECT_EQ(a.tensors[i].first, b.tensors[i].first);
    EXPECT_TRUE(test::same(a.tensors[i].second, b.tensors[i].second)) << a.tensors[i].first;
  }
  ASSERT_EQ(a.ticks.size(), b.ticks.size());
  for (size_t i = 0; i < a.ticks.size(); ++i) {
    EXPECT_EQ(a.ticks[i].step, b.ticks[i].step);
    EXPECT_EQ(a.ticks[i].loss, b.ticks[i].loss);
    EXPECT_EQ(a.ticks[i].scalars, b.ticks[i].scalars);
    EXPECT_EQ(a.ticks[i].gradient_norm, b.ticks[i].gradient_norm);
  }
}

// Runs to `stop` (or the end), on from what `from` left.
End run(const Variant& v, TinyGan& gan, int64_t stop, TrainerState* progress, const End* from) {
  Loader loader = test::make_loader(v.options, test::points());
  Trainer trainer(gan, loader, v.options);
  if (from) {
    const auto mine = trainer.tensors();
    for (size_t i = 0; i < mine.size(); ++i) mine[i].second.copy_(from->tensors.at(i).second);
    trainer.set_state(*progress);
  }
  test::Watcher watcher;
  watcher.step = [stop](const Trainer& t) { return t.step() != stop; };
  trainer.train(watcher);
  if (progress) *progress = trainer.state();
  End end{.tensors = {}, .ticks = watcher.ticks};
  for (const auto& [name, tensor] : trainer.tensors())
    end.tensors.emplace_back(name, tensor.clone());
  return end;
}

TEST(Resume, ContinuesBitForBitAtAnyStepAlsoInTheMiddleOfATick) {
  for (const Variant& v : variants())
    for (const int64_t stop : {1, 2, 3, 5}) {
      SCOPED_TRACE(v.name + ", stopped after " + std::to_string(stop));
      const auto gan = [&] {
        return std::make_unique<TinyGan>(v.options, nullptr, v.norm, at::TensorOptions(v.type));
      };
      const auto straight = gan(), first = gan(), second = gan();
      const End expected = run(v, *straight, -1, nullptr, nullptr);
      TrainerState progress;
      const End half = run(v, *first, stop, &progress, nullptr);
      // The second has nothing of its own left: its weights would be seen if they stayed.
      for (Net* net : second->nets()) net->parameters.fill_(7), net->state.fill_(7);
      End end = run(v, *second, -1, &progress, &half);
      end.ticks.insert(end.ticks.begin(), half.ticks.begin(), half.ticks.end());
      expect_equal(end, expected);
    }
}

TEST(Resume, KeepsTheGradientNormOfANetThatDoesNotLearnAgain) {
  const Options o = test::tiny_options();
  const TinyGan::Phases phases = [](TinyGan& g) {
    auto all = g.game.phases();
    all[0].until = 2;
    return all;
  };
  const Variant v{"", o};
  TinyGan straight(o, phases), first(o, phases), second(o, phases);
  const End expected = run(v, straight, -1, nullptr, nullptr);
  TrainerState progress;
  const End half = run(v, first, 3, &progress, nullptr);
  End end = run(v, second, -1, &progress, &half);
  end.ticks.insert(end.ticks.begin(), half.ticks.begin(), half.ticks.end());
  expect_equal(end, expected);
}

TEST(Resume, RefusesTheProgressOfOtherNets) {
  const Options o = test::tiny_options();
  TinyGan gan(o);
  Loader loader = test::make_loader(o, test::points());
  Trainer trainer(gan, loader, o);
  TrainerState p = trainer.state();
  p.optimizer_steps = {{"G", 3}};
  EXPECT_THROW(trainer.set_state(p), Error);
  p.optimizer_steps = {{"G", 3}, {"E", 3}};
  EXPECT_THROW(trainer.set_state(p), Error);
  p.optimizer_steps = {{"G", 3}, {"D", 3}};
  EXPECT_NO_THROW(trainer.set_state(p));
  p.step = -1;
  EXPECT_THROW(trainer.set_state(p), Error);
}

TEST(Trainer, NamesItsTensorsByNet) {
  const Options o = test::tiny_options();
  TinyGan gan(o);
  Loader loader = test::make_loader(o, test::points());
  std::vector<std::string> names;
  for (const auto& [name, tensor] : Trainer(gan, loader, o).tensors()) names.push_back(name);
  const auto has = [&](const char* name) { return std::ranges::find(names, name) != names.end(); };
  for (const char* name :
       {"G.dense1.weight", "G.batch_norm1.running_var", "G.adam_m.dense2.bias",
        "G.adam_v.batch_norm1.weight", "G_ema.dense2.bias", "G_ema.batch_norm1.running_mean",
        "D.dense1.bias", "D.adam_v.dense2.weight"})
    EXPECT_TRUE(has(name)) << name;
  EXPECT_EQ(names.size(), 3 * 5 + 5 + 2 * 2 + 3 * 4u);  // G and its moments, G_ema, states, D
}

// The same numbers again from a Gan whose term or weights go bad at a step.
std::string divergence(const std::function<Tensor(int64_t step, const Tensor& term)>& spoil,
                       const std::function<void(TinyGan&, int64_t step)>& after = nullptr,
                       int64_t stop = -1) {
  Options o = test::tiny_options();
  TinyGan gan(o, [&](TinyGan& g) {
    auto phases = g.game.phases();
    const auto loss = phases[1].loss;
    phases[1].loss = [loss, &spoil](const Batch& batch, Step& step) {
      Terms terms = loss(batch, step);
      terms.named[0].second = spoil(step.number(), terms.named[0].second);
      return terms;
    };
    return phases;
  });
  Loader loader = test::make_loader(o, test::points());
  Trainer trainer(gan, loader, o);
  test::Watcher watcher;
  watcher.step = [&](const Trainer& t) {
    if (after) after(gan, t.step());
    return t.step() != stop;
  };
  try {
    trainer.train(watcher);
  } catch (const Diverged& error) {
    for (const int64_t step : watcher.snapshots) EXPECT_LT(step, 4) << "a bad state was kept";
    EXPECT_TRUE(watcher.stops.empty());
    return error.what();
  }
  return "no error";
}

TEST(Diverged, NamesTermAndNetOfALossThatIsNotANumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(divergence([&](int64_t step, const Tensor& t) { return step == 3 ? t * nan : t; }),
            "the loss G of G is not a number: step 4 or up to a tick before");
}

TEST(Diverged, NamesAnInfiniteLoss) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(divergence([&](int64_t step, const Tensor& t) { return step == 2 ? t + infinity : t; }),
            "the loss G of G is infinite: step 4 or up to a tick before");
}

TEST(Diverged, NamesTheNetOfWeightsThatAreNotFinite) {
  const auto fine = [](int64_t, const Tensor& t) { return t; };
  const auto spoil = [](TinyGan& gan, int64_t step) {
    // A weight of D that no gradient reaches in this test: the losses do not show it at once.
    if (step == 3) gan.D.parameters.fill_(std::numeric_limits<double>::infinity());
  };
  const std::string text = divergence(fine, spoil);
  EXPECT_TRUE(text.starts_with("the loss ") || text.starts_with("the weights of D")) << text;
  EXPECT_EQ(divergence(fine, spoil, /*stop=*/3), "the weights of D are not finite: step 3");
}

TEST(Diverged, IsNoticedBeforeAStoppedRunIsSaved) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(divergence([&](int64_t step, const Tensor& t) { return step == 2 ? t * nan : t; },
                       nullptr, /*stop=*/3),
            "the loss G of G is not a number: step 3 or up to a tick before");
}

TEST(Trainer, TicksAreMeansOverTheirSteps) {
  Options o = test::tiny_options();  // two steps a tick
  std::vector<double> terms, scalars;
  TinyGan gan(o, [&](TinyGan& g) {
    return std::vector<Phase>{{.name = "G", .nets = {"G"}, .loss = [&](const Batch&, Step& step) {
                                 const Tensor value = g.D(step.fakes(g.G)).main.mean();
                                 step.log_scalar("twice", 2 * value);
                                 terms.push_back(value.item<double>());
                                 return Terms{{"one", value}, {"other", 3 * value}};
                               }}};
  });
  Loader loader = test::make_loader(o, test::points());
  test::Watcher watcher;
  Trainer(gan, loader, o).train(watcher);
  ASSERT_EQ(watcher.ticks.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    const Tick& tick = watcher.ticks[i];
    const double mean = (terms[2 * i] + terms[2 * i + 1]) / 2;
    EXPECT_EQ(tick.step, static_cast<int64_t>(2 * i + 2));
    EXPECT_EQ(tick.images_seen, tick.step * 4);
    EXPECT_EQ(tick.loss[0].first, "one");
    EXPECT_NEAR(tick.loss[0].second, mean, 1e-15);
    EXPECT_NEAR(tick.loss[1].second, 3 * mean, 1e-15);
    EXPECT_EQ(tick.scalars[0].first, "twice");
    EXPECT_NEAR(tick.scalars[0].second, 2 * mean, 1e-15);
    ASSERT_EQ(tick.gradient_norm.size(), 1u) << "D did not learn";
    EXPECT_EQ(tick.gradient_norm[0].first, "G");
  }
  EXPECT_EQ(watcher.ticks.back().gradient_norm[0].second, gan.G.gradients.norm().item<double>());
}

TEST(Trainer, RunsForItsKimgRoundedUpToWholeSteps) {
  const auto steps = [](double kimg, int64_t batch) {
    Options o = test::tiny_options();
    o.kimg = kimg;
    o.batch = batch;
    TinyGan gan(o);
    Loader loader(test::points(), {.batch = 4});
    return Trainer(gan, loader, o).steps_total();
  };
  EXPECT_EQ(steps(0.1, 4), 25);
  EXPECT_EQ(steps(0.101, 4), 26);
  EXPECT_EQ(steps(500, 64), 7813);
  EXPECT_EQ(steps(0, 64), 0);
  for (int64_t images = 7; images < 5000; images += 7)
    EXPECT_EQ(steps(static_cast<double>(images) / 1000, 7), images / 7) << images;
}

TEST(Trainer, ReportsSnapshotsEverySoManyTicksAndAtTheEnd) {
  Options o = test::tiny_options();
  o.kimg = 0.044;  // 11 steps, 5.5 ticks
  o.snap = 2;
  TinyGan gan(o);
  Loader loader = test::make_loader(o, test::points());
  test::Watcher watcher;
  EXPECT_TRUE(Trainer(gan, loader, o).train(watcher));
  EXPECT_EQ(watcher.snapshots, (std::vector<int64_t>{4, 8, 11}));
  std::vector<int64_t> ticks;
  for (const Tick& tick : watcher.ticks) ticks.push_back(tick.step);
  EXPECT_EQ(ticks, (std::vector<int64_t>{2, 4, 6, 8, 10, 11}));
}

TEST(Trainer, ARunOfNoStepsEndsWithASnapshot) {
  Options o = test::tiny_options();
  o.kimg = 0;
  TinyGan gan(o);
  Loader loader = test::make_loader(o, test::points());
  Trainer trainer(gan, loader, o);
  test::Watcher watcher;
  EXPECT_TRUE(trainer.train(watcher));
  EXPECT_EQ(watcher.snapshots, std::vector<int64_t>{0});
  EXPECT_TRUE(watcher.ticks.empty());
}

TEST(Trainer, StopsWhereTheObserverSaysSo) {
  const Options o = test::tiny_options();
  TinyGan gan(o);
  Loader loader = test::make_loader(o, test::points());
  Trainer trainer(gan, loader, o);
  test::Watcher watcher;
  watcher.step = [](const Trainer& t) { return t.step() < 3; };
  EXPECT_FALSE(trainer.train(watcher));
  EXPECT_EQ(trainer.step(), 3);
  EXPECT_EQ(trainer.images_seen(), 12);
  EXPECT_EQ(watcher.stops, (std::vector<int64_t>{3}));
  watcher.step = [](const Trainer& t) { return t.step() < 6; };
  EXPECT_TRUE(trainer.train(watcher)) << "a stop at the last step is the end";
  EXPECT_EQ(watcher.stops.size(), 1u);
}

TEST(Trainer, RefusesALoaderOfAnotherBatch) {
  const Options o = test::tiny_options();
  TinyGan gan(o);
  Loader loader(test::points(), {.batch = 2});
  Trainer trainer(gan, loader, o);
  Observer nobody;
  try {
    trainer.train(nobody);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "the loader gives batches of 2, expected 4");
  }
}

TEST(Trainer, RefusesAPhaseOfNetsThatDoNotLearn) {
  const Options o = test::tiny_options();
  TinyGan gan(o, [](TinyGan& g) {
    auto phases = g.game.phases();
    phases[0].nets = {"G_ema"};
    return phases;
  });
  Loader loader = test::make_loader(o, test::points());
  Trainer trainer(gan, loader, o);
  Observer nobody;
  try {
    trainer.train(nobody);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "the phase D trains a net that is not there or does not learn: G_ema");
  }
}

TEST(Trainer, RefusesABatchThatTheRoundsDoNotDivide) {
  Options o = test::tiny_options();
  o.accumulate = 3;
  TinyGan gan(o);
  Loader loader(test::points(), {.batch = 4});
  try {
    Trainer(gan, loader, o);
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "--batch is 4, expected a multiple of --accumulate 3");
  }
}

TEST(AdversarialObjective, WatchesWhatDSaysOfRealAndOfFake) {
  const Options o = test::tiny_options();
  TinyGan gan(o);
  Loader loader = test::make_loader(o, test::points());
  test::Watcher watcher;
  Trainer(gan, loader, o).train(watcher);
  for (const Tick& tick : watcher.ticks) {
    ASSERT_EQ(tick.loss.size(), 2u);
    EXPECT_EQ(tick.loss[0].first, "D");
    EXPECT_EQ(tick.loss[1].first, "G");
    ASSERT_EQ(tick.scalars.size(), 2u);
    EXPECT_EQ(tick.scalars[0].first, "D(x)");
    EXPECT_EQ(tick.scalars[1].first, "D(G(z))");
    for (const auto& [name, value] : tick.scalars) EXPECT_TRUE(value > 0 && value < 1) << name;
  }
}

}  // namespace
}  // namespace gannet
