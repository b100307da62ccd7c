// Each rule of the watchdog (docs/watchdog.md) on figures made for it, and beside them figures of a
// healthy game.
#include "gannet/runs/watchdog.h"

#include <gtest/gtest.h>

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>

#include <nlohmann/json.hpp>

#include "gannet/runs/detail/grid_figures.h"
#include "gannet/tensor/random.h"

namespace gannet::test {
namespace {

using nlohmann::json;

const json kOptions = {
    {"loss", "ns"}, {"kimg", 100.0}, {"lr", 2e-4}, {"dlr", 2e-4}, {"noise", 0.0}};

json tick(int64_t at, double d_real, double d_fake, double g_loss, double g_norm,
          double d_norm = 1) {
  return {{"step", at * 100},
          {"kimg", static_cast<double>(at)},
          {"loss", {{"G", g_loss}}},
          {"score", {{"D(x)", d_real}, {"D(G(z))", d_fake}}},
          {"grad_norm", {{"G", g_norm}, {"D", d_norm}}}};
}
json healthy_tick(int64_t at) {
  return tick(at, 0.6 + 0.01 * static_cast<double>(at % 7), 0.35, 1.1, 0.6, 1.5);
}

json snapshot(int64_t at, const json& figures) {
  json line = {{"step", at * 100}, {"kimg", static_cast<double>(at)}};
  line.update(figures);
  return line;
}
json metric(const char* name, int64_t at, double value, double real = 1) {
  return {{"metric", name},
          {"value", value},
          {"real", real},
          {"step", at * 100},
          {"kimg", static_cast<double>(at)}};
}

std::vector<std::string> rules(const std::vector<Finding>& findings) {
  std::vector<std::string> names;
  for (const Finding& finding : findings) names.push_back(finding.rule);
  return names;
}
using Names = std::vector<std::string>;

TEST(Watchdog, IsQuietWhileAllIsWell) {
  Watchdog dog(kOptions);
  for (int64_t at = 1; at <= 100; ++at) {
    dog.tick(healthy_tick(at));
    if (at % 10 == 0) {
      dog.snapshot(
          snapshot(at, {{"diversity", 0.8}, {"copies", 0.05}, {"class_diversity", {{"a", 0.5}}}}),
          at == 100);
      dog.metrics({metric("modes", at, 7 + at % 2, 8), metric("precision", at, 0.8),
                   metric("recall", at, 0.5)});
    }
  }
  EXPECT_EQ(rules(dog.new_findings()), Names{});
  EXPECT_FALSE(dog.suspect_since());
}

TEST(Watchdog, SeesASaturatedDiscriminatorSinceItsFirstTickAndWhenItIsOver) {
  Watchdog dog(kOptions);
  for (int64_t at = 1; at <= 5; ++at) dog.tick(healthy_tick(at));
  for (int64_t at = 6; at <= 9; ++at) dog.tick(tick(at, 1, 0, 787, 0.6));
  EXPECT_EQ(rules(dog.new_findings()), Names{});
  EXPECT_EQ(dog.suspect_since(), 600);
  dog.tick(tick(10, 1, 0, 787, 0.6));
  const std::vector<Finding> found = dog.new_findings();
  ASSERT_EQ(rules(found), Names{"saturated D"});
  EXPECT_EQ(found[0].text(),
            "D tells all fakes from all real samples: D(x) 1, D(G(z)) 0, loss G 787, since 6 kimg; "
            "try a lower --dlr than 0.0002, --noise 0.1");
  dog.tick(tick(11, 1, 0, 787, 0.6));
  EXPECT_EQ(rules(dog.new_findings()), Names{});  // said once
  EXPECT_EQ(rules(dog.active()), Names{"saturated D"});
  dog.tick(healthy_tick(12));
  EXPECT_EQ(rules(dog.ended_findings()), Names{"saturated D"});
  EXPECT_EQ(rules(dog.active()), Names{});
}

TEST(Watchdog, AsksForFewerTicksAtTheEnd) {
  Watchdog dog(kOptions);
  dog.tick(tick(1, 1, 0, 787, 0.6));
  dog.tick(tick(2, 1, 0, 787, 0.6), /*last=*/true);
  EXPECT_EQ(rules(dog.new_findings()), Names{"saturated D"});
}

// A Wasserstein critic has no probabilities.
TEST(Watchdog, CallsNoCriticSaturated) {
  json options = kOptions;
  options["loss"] = "wgan";
  Watchdog dog(options);
  for (int64_t at = 1; at <= 50; ++at) dog.tick(tick(at, 1, 0, 90, 0.6));
  EXPECT_EQ(rules(dog.new_findings()), Names{});
}

TEST(Watchdog, SeesVanishingAndExplodingGradients) {
  Watchdog dog(kOptions);
  for (int64_t at = 1; at <= 20; ++at) dog.tick(healthy_tick(at));
  for (int64_t at = 21; at <= 25; ++at) dog.tick(tick(at, 0.9, 0.1, 3, 0.001));
  EXPECT_EQ(rules(dog.new_findings()), Names{"vanishing gradient G"});
  for (int64_t at = 26; at <= 28; ++at) dog.tick(tick(at, 0.9, 0.1, 3, 0.6, 1e5));
  EXPECT_EQ(rules(dog.new_findings()), Names{"exploding gradient D"});
  Watchdog dead(kOptions);  // from the first tick on
  for (int64_t at = 1; at <= 5; ++at) dead.tick(tick(at, 0.5, 0.5, 20, 0));
  EXPECT_EQ(rules(dead.new_findings()), Names{"vanishing gradient G"});
}

TEST(Watchdog, SeesDiversityFallAndNeverCome) {
  Watchdog fallen(kOptions);
  int64_t at = 1;
  for (const double value : {0.1, 0.5, 0.8, 0.1})
    fallen.snapshot(snapshot(at++, {{"diversity", value}}), false);
  EXPECT_EQ(rules(fallen.new_findings()), Names{});
  fallen.snapshot(snapshot(at++, {{"diversity", 0.05}}), false);
  EXPECT_EQ(rules(fallen.new_findings()), Names{"low diversity"});
  Watchdog never(kOptions);  // a young generator draws the same everywhere; an old one should not
  for (int64_t k = 1; k < 25; k += 4) never.snapshot(snapshot(k, {{"diversity", 0.1}}), false);
  EXPECT_EQ(rules(never.new_findings()), Names{});
  never.snapshot(snapshot(50, {{"diversity", 0.1}}), false);
  never.snapshot(snapshot(60, {{"diversity", 0.1}}), false);
  EXPECT_EQ(rules(never.new_findings()), Names{"low diversity"});
  Watchdog end(kOptions);  // one is enough at the end
  for (int64_t k = 1; k <= 3; ++k)
    end.snapshot(snapshot(k * 33, {{"diversity", k < 3 ? 0.6 : 0.1}}), k == 3);
  EXPECT_EQ(rules(end.new_findings()), Names{"low diversity"});
}

TEST(Watchdog, CallsAYoungGeneratorAlikeAtTheEndAndNotCollapsed) {
  Watchdog dog({{"loss", "ns"}, {"kimg", 4.0}});
  for (int64_t k = 1; k <= 4; ++k) dog.snapshot(snapshot(k, {{"diversity", 0.05}}), k == 4);
  EXPECT_EQ(rules(dog.new_findings()), Names{});
  EXPECT_EQ(dog.alike(),
            "the samples of the grid are alike still, after 400 steps: 0.05 of the real ones' "
            "diversity");
}

TEST(Watchdog, NamesTheClassesThatWereLost) {
  Watchdog dog(kOptions);
  for (int64_t k = 10; k <= 60; k += 10)
    dog.snapshot(
        snapshot(k, {{"diversity", 0.7}, {"class_diversity", {{"Bag", 0.01}, {"Coat", 0.4}}}}),
        false);
  const std::vector<Finding> found = dog.new_findings();
  ASSERT_EQ(rules(found), Names{"lost classes"});
  EXPECT_NE(found[0].saw.find("Bag"), std::string::npos);
  EXPECT_EQ(found[0].saw.find("Coat"), std::string::npos);
}

TEST(Watchdog, SeesCopiesLostModesAndFallingRecall) {
  Watchdog dog(kOptions);
  const double modes[] = {8, 8, 5, 5}, recall[] = {0.5, 0.6, 0.2, 0.1},
               copies[] = {0.1, 0.4, 0.8, 0.9};
  for (size_t i = 0; i < 4; ++i) {
    const auto at = static_cast<int64_t>(10 + i);
    dog.snapshot(snapshot(at, {{"copies", copies[i]}}), false);
    dog.metrics({metric("modes", at, modes[i], 8)});
    dog.metrics({metric("precision2k", at, 0.8), metric("recall2k", at, recall[i])});
    if (i == 2) {
      EXPECT_EQ(rules(dog.new_findings()), Names{});
    }
  }
  EXPECT_EQ(rules(dog.new_findings()), (Names{"copies", "lost modes", "recall falls"}));
  EXPECT_EQ(dog.suspect_since(), 1200);
  Watchdog one(kOptions);  // of eight, for half of the run
  for (int64_t at = 10; at <= 60; at += 10) one.metrics({metric("modes", at, 1, 8)});
  EXPECT_EQ(rules(one.new_findings()), Names{"lost modes"});
}

Tensor draw(Shape shape, uint64_t seed) {
  const int64_t n = shape[0];
  shape.erase(shape.begin());
  return normal({.seed = seed, .purpose = Purpose::metric}, 0, n, shape, at::kFloat);
}

TEST(GridFigures, DiversityIsOneOfTheSameDistributionAndNoneOfEqualSamples) {
  const Tensor reals = draw({64, 3, 8, 8}, 1), fakes = draw({64, 3, 8, 8}, 2);
  EXPECT_NEAR(*diversity(fakes, reals, false), 1, 0.05);
  const Tensor one = fakes.slice(0, 0, 1).expand({64, 3, 8, 8});
  EXPECT_NEAR(*diversity(one, reals, false), 0, 1e-9);
  // Correlated by .98: fifty times the same click.
  EXPECT_NEAR(*diversity(one + 0.143 * fakes, reals, false), 0.02, 0.01);
  // Of points the spread.
  EXPECT_NEAR(*diversity(0.5 * draw({500, 2}, 3), draw({500, 2}, 4), true), 0.5, 0.05);
  EXPECT_FALSE(diversity(fakes, reals.slice(0, 0, 1).expand({64, 3, 8, 8}), false));
}

class Rows : public Dataset {
 public:
  explicit Rows(Tensor rows) : rows_(std::move(rows)) { info_.dims = {rows_.size(1)}; }
  int64_t size() const override { return rows_.size(0); }
  const DatasetInfo& info() const override { return info_; }
  void get(int64_t index, Sample& into) const override {
    const float* row = rows_[index].data_ptr<float>();
    into.values.assign(row, row + rows_.size(1));
  }
  std::string hash() const override { return ""; }
  std::string name() const override { return "rows"; }

 private:
  Tensor rows_;
  DatasetInfo info_;
};

TEST(GridFigures, CopiesAreNearerToASampleThanItsNeighboursAre) {
  const Tensor all = draw({200, 30}, 5), others = draw({64, 30}, 6);
  const Rows data(all);
  CopyCheck check(data);
  EXPECT_EQ(check.share(others), 0);
  EXPECT_EQ(check.share(all.slice(0, 0, 64) + 0.1 * others), 1);
  EXPECT_EQ(check.share(at::cat({all.slice(0, 0, 32), others.slice(0, 0, 32)})), 0.5);
  const Rows large(draw({60000, 1}, 7));
  EXPECT_FALSE(CopyCheck(large).share(others.slice(1, 0, 1)));
}

}  // namespace
}  // namespace gannet::test
