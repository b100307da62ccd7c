// Runs whose game goes wrong: how they end, and going back.
#include "gannet/runs/list.h"
#include "support/error_of.h"
#include "support/runs.h"

namespace gannet::test {
namespace {

using nlohmann::json;

class Collapse : public RunTest {
 protected:
  // A rate that ends every game.
  Config bad(const std::string& on_collapse) const {
    Config config = tiny();
    config.options->lr = 3;
    config.options->batch = 4;
    config.options->kimg = 2.4;  // 30 ticks, 600 steps
    config.run.on_collapse = on_collapse;
    return config;
  }
  static json options(const Path& run) {
    return json::parse(read_text(RunDirectory(run).options()));
  }
};

TEST_F(Collapse, IsSaidAndARunThatWentOnIsNotDoneButCollapsed) {
  TestScreen screen;
  const Path run = train(bad("warn"), screen);
  ASSERT_FALSE(screen.warnings.empty());
  EXPECT_TRUE(screen.warnings[0].starts_with("watchdog: ")) << screen.warnings[0];
  EXPECT_TRUE(screen.warnings.back().starts_with("the run is over, and collapsed: "));
  EXPECT_TRUE(read_text(RunDirectory(run).done()).starts_with("collapsed: "));
  EXPECT_EQ(summarize(run).state, "collapsed");
  EXPECT_NE(read_text(RunDirectory(run).log()).find("watchdog: "), std::string::npos);
}

TEST_F(Collapse, StopsWhereAskedTo) {
  TestScreen screen;
  const std::string error = error_of([&] { train(bad("stop"), screen); });
  EXPECT_TRUE(error.starts_with("collapsed: ")) << error;
  const std::vector<RunSummary> runs = list_runs(folder_ / "runs");
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].state, "collapsed");
  EXPECT_LT(runs[0].kimg, 2.4);
  EXPECT_TRUE(std::filesystem::exists(RunDirectory(runs[0].path).stopped_network()));
}

TEST_F(Collapse, GoesBackThreeTimesWithHalfTheRatesAndWritesItDown) {
  TestScreen screen;
  const std::string error = error_of([&] { train(bad("rollback"), screen); });
  const Path run = list_runs(folder_ / "runs").at(0).path;
  std::vector<double> rates;
  const json changes = options(run)["changes"];
  for (const json& change : changes)
    if (change["option"] == "dlr") {
      rates.push_back(change["to"]);
      EXPECT_TRUE(change["why"].get<std::string>().starts_with("rollback ")) << change;
    }
  EXPECT_EQ(rates, (std::vector<double>{1.5, 0.75, 0.375})) << error;
}

// From the last state before the sign, and then to the same end however often it is interrupted.
TEST_F(Collapse, GoesBackToTheLastHealthyStateBitForBit) {
  const auto run_of = [&](const std::vector<int64_t>& stops) {
    TestScreen quiet;
    Config config = tiny();
    config.run.desc = "stops" + std::to_string(stops.size());
    const Path run = train(std::move(config), quiet);
    OptionChanges changes = {
        {"kimg", "4"}, {"lr", "3"}, {"glr", "3"}, {"dlr", "3"}, {"on-collapse", "rollback"}};
    for (size_t i = 0; i <= stops.size(); ++i) {
      TestScreen screen;
      if (i < stops.size()) screen.stop_after = stops[i];
      try {
        resume(run, screen, changes);
      } catch (const Error&) {  // Interrupted, or collapsed at last
      }
      changes.clear();
    }
    return run;
  };
  const Path whole = run_of({});
  const json changes = options(whole)["changes"];
  ASSERT_GT(changes.size(), 5u);
  const auto first = std::ranges::find_if(changes, [](const json& c) { return c.contains("why"); });
  ASSERT_NE(first, changes.end());
  EXPECT_EQ((*first)["step"], 40);  // where the healthy run had ended
  const Path interrupted = run_of({7, 11, 30});
  EXPECT_EQ(options(interrupted)["changes"], changes);
  expect_same_run(whole, interrupted);
}

TEST_F(Collapse, GoesBackFromALossThatIsNotFinite) {
  Config config = tiny();
  config.options->optimizer = "sgd";
  config.options->lr = 10;
  config.options->loss = "wgan";
  config.options->kimg = 8;
  config.run.on_collapse = "rollback";
  TestScreen screen;
  const std::string error = error_of([&] { train(std::move(config), screen); });
  const Path run = list_runs(folder_ / "runs").at(0).path;
  ASSERT_TRUE(options(run).contains("changes")) << error;
  EXPECT_NE(options(run)["changes"][0]["why"].get<std::string>().find("rollback 1: "),
            std::string::npos);
}

}  // namespace
}  // namespace gannet::test
