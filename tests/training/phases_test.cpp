// What each phase sees: which steps, which batches, which latents; what phases share.
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <set>

#include "support/tiny_gan.h"

namespace gannet {
namespace {

using test::TinyGan;

// One execution of a phase's loss.
struct Seen {
  std::string phase;
  int64_t step;
  double real, z, noise;  // the first numbers of each, which tell batches and latents apart
  bool fakes_have_graph;
  int g_calls;  // so far
};

// Phases that learn something small and record what they were given.
struct Recording {
  std::vector<Seen> seen;

  Phase phase(TinyGan& gan, std::string name, std::string net) {
    return {.name = name,
            .nets = {net},
            .loss = [this, &gan, name, net](const Batch& batch, Step& step) {
              const Tensor fakes = step.fakes(gan.G);
              seen.push_back({name, step.number(), batch.real[0][0].item<double>(),
                              step.z()[0][0].item<double>(),
                              step.normal(Purpose::noise, {1})[0][0].item<double>(),
                              fakes.requires_grad(), gan.g_calls});
              const bool is_d = net == "D";
              return Terms{{name, gan.D(is_d ? fakes.detach() : fakes).main.square().mean()}};
            }};
  }

  void run(const Options& o, TinyGan::Phases phases) {
    TinyGan gan(o, std::move(phases));
    Loader loader = test::make_loader(o, test::points());
    Observer nobody;
    Trainer(gan, loader, o).train(nobody);
  }
};

// The first number of each of the first batches.
std::vector<double> batches(const Options& o, int64_t n) {
  Loader loader = test::make_loader(o, test::points());
  std::vector<double> first;
  for (int64_t i = 0; i < n; ++i) first.push_back(loader.get(i).real[0][0].item<double>());
  return first;
}

TEST(Phase, IsDueByEveryFromAndUntil) {
  const Phase always{.name = "a"};
  EXPECT_TRUE(always.due(0) && always.due(1) && always.due(int64_t{1} << 40));
  const Phase some{.name = "b", .every = 3, .from = 2, .until = 10};
  std::vector<int64_t> due;
  for (int64_t step = 0; step < 14; ++step)
    if (some.due(step)) due.push_back(step);
  EXPECT_EQ(due, (std::vector<int64_t>{3, 6, 9}));
}

TEST(Phases, RunInTheStepsThatTheyAreDueIn) {
  Recording r;
  r.run(test::tiny_options(), [&](TinyGan& gan) {
    Phase d = r.phase(gan, "D", "D"), g = r.phase(gan, "G", "G"), first = r.phase(gan, "pre", "G");
    d.from = 2;
    g.every = 2;
    g.from = 2;
    first.until = 2;
    return std::vector<Phase>{first, d, g};
  });
  std::string order;
  for (const Seen& s : r.seen) order += s.phase + std::to_string(s.step) + " ";
  EXPECT_EQ(order, "pre0 pre1 D2 G2 D3 D4 G4 D5 ");
}

TEST(Phases, ShareBatchLatentsFakesAndTheirGraph) {
  const Options o = test::tiny_options();
  Recording r;
  r.run(o, [&](TinyGan& gan) {
    return std::vector<Phase>{r.phase(gan, "D", "D"), r.phase(gan, "G", "G")};
  });
  const auto expected = batches(o, 6);
  ASSERT_EQ(r.seen.size(), 12u);
  for (size_t i = 0; i < 12; i += 2) {
    const Seen &d = r.seen[i], &g = r.seen[i + 1];
    EXPECT_EQ(d.real, expected[i / 2]);
    EXPECT_EQ(g.real, d.real);
    EXPECT_EQ(g.z, d.z);
    EXPECT_FALSE(d.fakes_have_graph) << "G is frozen while D learns";
    EXPECT_TRUE(g.fakes_have_graph);
    EXPECT_EQ(g.g_calls, static_cast<int>(i / 2) + 1) << "G runs once a step";
  }
}

TEST(Phases, EachRepeatTakesItsOwnBatchAndLatents) {
  const Options o = test::tiny_options();
  Recording r;
  r.run(o, [&](TinyGan& gan) {
    Phase d = r.phase(gan, "D", "D");
    d.repeat = 3;
    return std::vector<Phase>{d, r.phase(gan, "G", "G")};
  });
  const auto expected = batches(o, 6);
  ASSERT_EQ(r.seen.size(), 24u);
  std::set<double> latents;
  for (const Seen& s : r.seen) latents.insert(s.z);
  EXPECT_EQ(latents.size(), 18u) << "three a step, of which G shares the first";
  for (int i = 0; i < 3; ++i) EXPECT_EQ(r.seen[i].real, expected[i]);
  EXPECT_EQ(r.seen[3].real, expected[0]);
  EXPECT_EQ(r.seen[3].z, r.seen[0].z);
  EXPECT_EQ(r.seen[4].real, expected[3]);
  EXPECT_EQ(r.seen[3].g_calls, 3) << "G's phase takes the fakes of D's first turn";
}

TEST(Phases, AFreshOneTakesItsOwnBatchLatentsAndFakes) {
  const Options o = test::tiny_options();
  Recording r;
  r.run(o, [&](TinyGan& gan) {
    Phase g = r.phase(gan, "G", "G");
    g.resample = true;
    return std::vector<Phase>{r.phase(gan, "D", "D"), g};
  });
  const auto expected = batches(o, 6);
  for (int step = 0; step < 3; ++step) {
    const Seen &d = r.seen[2 * step], &g = r.seen[2 * step + 1];
    EXPECT_EQ(d.real, expected[2 * step]);
    EXPECT_EQ(g.real, expected[2 * step + 1]);
    EXPECT_NE(g.z, d.z);
    EXPECT_EQ(g.g_calls, 2 * step + 2);
    EXPECT_TRUE(g.fakes_have_graph);
  }
}

TEST(Phases, FakesAreMadeAgainAfterTheirNetHasLearnt) {
  Recording r;
  r.run(test::tiny_options(), [&](TinyGan& gan) {
    return std::vector<Phase>{r.phase(gan, "G", "G"), r.phase(gan, "D", "D")};
  });
  EXPECT_EQ(r.seen[1].z, r.seen[0].z);
  EXPECT_EQ(r.seen[1].g_calls, 2);
}

TEST(Phases, NoiseHasAnAddressOfItsOwnInEachPhaseRepeatAndStep) {
  Recording r;
  r.run(test::tiny_options(), [&](TinyGan& gan) {
    Phase d = r.phase(gan, "D", "D"), g = r.phase(gan, "G", "G"), e = r.phase(gan, "E", "G");
    d.repeat = 2;
    g.resample = e.resample = true;
    return std::vector<Phase>{d, g, e};
  });
  std::set<double> noise, latents;
  for (const Seen& s : r.seen) {
    noise.insert(s.noise);
    latents.insert(s.z);
  }
  EXPECT_EQ(r.seen.size(), 24u);
  EXPECT_EQ(noise.size(), 24u);
  EXPECT_EQ(latents.size(), 24u);
}

TEST(Phases, AccumulationRoundsTakeTheirOwnPartsOfOneSequenceOfSamples) {
  Options whole = test::tiny_options(), parts = whole;
  whole.batch = parts.batch = 4;
  parts.accumulate = 2;
  std::vector<Tensor> seen[2];
  for (const Options& o : {whole, parts}) {
    auto& to = seen[o.accumulate - 1];
    TinyGan gan(o, [&](TinyGan& g) {
      return std::vector<Phase>{
          {.name = "D", .nets = {"D"}, .loss = [&](const Batch& batch, Step& step) {
             to.push_back(batch.real.clone());
             to.push_back(step.z().clone());
             to.push_back(step.normal(Purpose::noise, {2}).clone());
             return Terms{{"D", g.D(batch.real).main.mean()}};
           }}};
    });
    Loader loader = test::make_loader(o, test::points());
    Observer nobody;
    Trainer(gan, loader, o).train(nobody);
  }
  ASSERT_EQ(seen[1].size(), 2 * seen[0].size());
  for (size_t step = 0; step < 5; ++step)  // the first epoch: 22 samples are 5 batches of 4
    for (size_t what = 0; what < 3; ++what) {
      const Tensor& batch = seen[0][3 * step + what];
      for (int64_t round = 0; round < 2; ++round)
        EXPECT_TRUE(
            test::same(batch.narrow(0, 2 * round, 2), seen[1][6 * step + 3 * round + what]));
    }
}

TEST(Phases, FrozenNetsGetNoGradientAndDoNotMove) {
  const Options o = test::tiny_options();
  TinyGan gan(o, [&](TinyGan& g) {
    return std::vector<Phase>{{.name = "G", .nets = {"G"}, .loss = [&](const Batch&, Step& step) {
                                 return Terms{{"G", g.D(step.fakes(g.G)).main.mean()}};
                               }}};
  });
  const Tensor d = gan.D.parameters.clone(), g = gan.G.parameters.clone();
  Loader loader = test::make_loader(o, test::points());
  Observer nobody;
  Trainer(gan, loader, o).train(nobody);
  EXPECT_TRUE(test::same(gan.D.parameters, d));
  EXPECT_EQ(gan.D.gradients.abs().max().item<double>(), 0);
  EXPECT_FALSE(test::same(gan.G.parameters, g));
}

TEST(Phases, EveryCallOfANetHasDropoutMasksOfItsOwn) {
  for (const bool resample : {false, true}) {
    const Options o = test::tiny_options();
    std::vector<Tensor> made;
    TinyGan gan(o, [&](TinyGan& g) {
      Phase phase{.name = "G", .nets = {"G"}, .loss = [&](const Batch&, Step& step) {
                    made.push_back(g.G(step.z()));
                    made.push_back(step.fakes(g.G));
                    made.push_back(g.G(step.z()));
                    return Terms{{"G", g.D(made.back()).main.mean()}};
                  }};
      phase.resample = resample;
      return std::vector<Phase>{phase};
    });
    Loader loader = test::make_loader(o, test::points());
    Observer nobody;
    Trainer(gan, loader, o).train(nobody);
    for (size_t i = 0; i < 3; ++i)
      EXPECT_FALSE(test::same(made[i], made[(i + 1) % 3]))
          << "call " << i << ", resample " << resample;
  }
}

TEST(Phases, FakesOfSeveralNetsAreSharedUntilOneOfThemLearns) {
  const Options o = test::tiny_options();
  int made = 0;
  TinyGan gan(o, [&](TinyGan& g) {
    const auto loss = [&](const Batch&, Step& step) {
      const Tensor fakes = step.fakes({&g.G, &g.D}, [&] {
        ++made;
        return g.D(g.G(step.z())).main;
      });
      // A phase has no term without a gradient; the term itself does not matter.
      return Terms{{"T", fakes.requires_grad() ? fakes.mean() : g.D(step.fakes(g.G)).main.mean()}};
    };
    return std::vector<Phase>{{.name = "G", .nets = {"G"}, .loss = loss},
                              {.name = "again", .nets = {"D"}, .loss = loss}};
  });
  Loader loader = test::make_loader(o, test::points());
  Observer nobody;
  Trainer(gan, loader, o).train(nobody);
  EXPECT_EQ(made, 12) << "twice a step: G learns in between";
}

}  // namespace
}  // namespace gannet
