// Runs beside each other: groups of seeds, errors, unlike protocols, the rank test.
#include "gannet/runs/comparison.h"

#include "support/error_of.h"
#include "support/runs.h"

namespace gannet::test {
namespace {

using nlohmann::json;

class Comparison : public RunTest {
 protected:
  // A run directory with these figures of one network.
  Path run(const std::string& name, json options, double fd,
           json protocol = {{"n_fake", 2000}}) const {
    const Path path = folder_ / name;
    std::filesystem::create_directories(path);
    json all = {{"cfg", "dcgan"}, {"data", "shapes"}, {"kimg", 10}};
    all.update(options);
    write_file(path / "options.json", all.dump());
    json line = {{"metric", "fd2k"},    {"value", fd}, {"error", 0.5},
                 {"step", 5},           {"kimg", 1},   {"network", "network-000001.safetensors"},
                 {"protocol", protocol}};
    write_file(path / "metrics.jsonl", line.dump() + "\n");
    write_file(path / "DONE", std::string_view("done at step 5\n"));
    return path;
  }
};

TEST_F(Comparison, SeedsMakeAGroupWithMeanSpreadAndTest) {
  std::vector<Path> runs;
  for (int seed = 0; seed < 4; ++seed) {
    const std::string s = std::to_string(seed);
    runs.push_back(run("a" + s, {{"gamma", 1}, {"seed", seed}}, 10 + seed));
    runs.push_back(run("b" + s, {{"gamma", 2}, {"seed", seed}}, 20 + seed));
  }
  const RunComparison c = compare_runs(runs);
  ASSERT_EQ(c.groups.size(), 2u);
  EXPECT_EQ(c.groups[0].name, "gamma=1");
  ASSERT_EQ(c.metrics.size(), 1u);
  const ComparedMetric& fd = c.metrics[0];
  EXPECT_EQ(fd.best, 0u);  // lower is better
  EXPECT_EQ(fd.groups[0].n, 4u);
  EXPECT_NEAR(fd.groups[0].mean, 11.5, 1e-12);
  EXPECT_NEAR(*fd.groups[0].deviation, 1.2909944487, 1e-9);  // numpy.std(ddof=1)
  ASSERT_TRUE(fd.against[1]);
  EXPECT_FALSE(fd.against[0]);
  EXPECT_NEAR(fd.against[1]->difference, 10, 1e-12);
  EXPECT_NEAR(*fd.against[1]->error, 0.9128709292, 1e-9);
  EXPECT_NEAR(*fd.against[1]->p_value, 2.0 / 70, 1e-12);
  EXPECT_GT(*fd.against[1]->low, 7.5);
  EXPECT_LT(*fd.against[1]->high, 12.5);
}

TEST_F(Comparison, RecipesAreNamedWithoutWhatIsTheirOwn) {
  const RunComparison c = compare_runs({run("a", {{"cfg", "dcgan"}, {"ndf", 32}}, 10),
                                        run("b", {{"cfg", "r3gan"}, {"gamma", 1}}, 8),
                                        run("c", {{"cfg", "r3gan"}, {"gamma", 2}}, 7)});
  ASSERT_EQ(c.groups.size(), 3u);
  EXPECT_EQ(c.groups[0].name, "cfg=dcgan");
  EXPECT_EQ(c.groups[1].name, "cfg=r3gan gamma=1");
  EXPECT_EQ(c.groups[2].name, "cfg=r3gan gamma=2");
}

TEST_F(Comparison, OneRunHasTheMetricsOwnError) {
  const RunComparison c = compare_runs({run("a", {{"lr", 1}}, 10), run("b", {{"lr", 2}}, 8)});
  EXPECT_EQ(c.metrics[0].best, 1u);
  EXPECT_NEAR(*c.metrics[0].against[0]->error, std::hypot(0.5, 0.5), 1e-12);
  EXPECT_FALSE(c.metrics[0].against[0]->p_value);
}

TEST_F(Comparison, RefusesUnlikeProtocols) {
  const std::string error = error_of([&] {
    compare_runs({run("a", {{"lr", 1}}, 10), run("b", {{"lr", 2}}, 8, {{"n_fake", 10000}})});
  });
  EXPECT_TRUE(error.starts_with("the protocols of fd2k differ: n_fake is 2000 in a and 10000"))
      << error;
}

// Its length was measured, and differs from seed to seed.
TEST_F(Comparison, ABudgetInTimeStandsForTheLength) {
  const auto of_time = [&](const std::string& name, double minutes, double kimg, int seed) {
    json options = {{"minutes", minutes}, {"kimg", kimg}, {"burn-in", kimg}, {"seed", seed}};
    options["decisions"] =
        json::array({json::object({{"name", "kimg"}}), json::object({{"name", "burn-in"}})});
    return run(name, options, 10 + seed);
  };
  const Path a = of_time("a", 0.15, 290, 0), b = of_time("b", 0.15, 214, 1),
             c = of_time("c", 0.3, 500, 0);
  RunComparison compared = compare_runs({a, b});
  ASSERT_EQ(compared.groups.size(), 1u);
  EXPECT_EQ(compared.groups[0].name, "all");
  EXPECT_EQ(compared.metrics[0].groups[0].n, 2u);
  compared = compare_runs({a, b, c});
  ASSERT_EQ(compared.groups.size(), 2u);
  EXPECT_EQ(compared.groups[0].name, "minutes=0.15");
  EXPECT_EQ(compared.groups[1].name, "minutes=0.3");
  // Hours are minutes too, and a burn-in that was given is a setting.
  const Path d = run("d", {{"hours", 0.0025}, {"kimg", 301}, {"seed", 2}}, 12);
  EXPECT_EQ(compare_runs({a, d}).groups.size(), 1u);
  const Path e = run("e", {{"minutes", 0.15}, {"kimg", 290}, {"burn-in", 290}}, 11);
  EXPECT_EQ(compare_runs({a, e}).groups.size(), 2u);
  // The --kimg of a resume was asked for; so is one without a budget.
  json longer = {{"minutes", 0.15}, {"kimg", 900}};
  longer["changes"] = json::array({json::object({{"option", "kimg"}, {"step", 3}})});
  compared = compare_runs({d, run("f", longer, 12)});
  ASSERT_EQ(compared.groups.size(), 2u);
  EXPECT_EQ(compared.groups[1].name, "kimg=900");
  EXPECT_EQ(compare_runs({run("g", {{"kimg", 1}}, 1), run("h", {{"kimg", 2}}, 1)}).groups.size(),
            2u);
}

TEST(Groups, AreToldApartByOptionsThatMakeAnotherGame) {
  for (const char* option : {"lr", "kimg", "minutes", "cfg", "data", "batch"})
    EXPECT_TRUE(tells_groups_apart(option)) << option;
  for (const char* option : {"seed", "threads", "metrics", "desc", "outdir", "device", "snap-keep"})
    EXPECT_FALSE(tells_groups_apart(option)) << option;
}

// scipy.stats.mannwhitneyu(method="exact"), and by the normal approximation with ties.
TEST(RankTest, IsMannAndWhitneys) {
  EXPECT_NEAR(rank_test({1, 2, 3}, {4, 5, 6}), 0.1, 1e-12);
  EXPECT_NEAR(rank_test({1, 4, 3}, {2, 5, 6}), 0.4, 1e-12);
  EXPECT_NEAR(rank_test({1, 1, 1}, {1, 1, 1}), 1, 1e-12);
  std::vector<double> a, b;
  for (int i = 0; i < 15; ++i) a.push_back(i), b.push_back(i + 5.5);
  EXPECT_NEAR(rank_test(a, b), 0.005452139857, 1e-9);
}

}  // namespace
}  // namespace gannet::test
