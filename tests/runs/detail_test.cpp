// Parts of a run's files: the best network, lines of JSON, the trainer's state.
#include <algorithm>
#include <cmath>

#include "gannet/formats/png.h"
#include "gannet/runs/detail/evaluation.h"
#include "gannet/runs/detail/json_lines.h"
#include "gannet/runs/detail/trainer_state.h"
#include "gannet/runs/metric_history.h"
#include "support/error_of.h"
#include "support/runs.h"

namespace gannet::test {
namespace {

using nlohmann::json;

class RunFiles : public RunTest {
 protected:
  Path lines(const std::vector<std::string>& all) const {
    std::string text;
    for (const std::string& line : all) text += line + "\n";
    write_file(folder_ / "lines.jsonl", text);
    return folder_ / "lines.jsonl";
  }
};

std::string metric(const std::string& name, double value, int64_t step) {
  return json{{"metric", name},
              {"value", value},
              {"step", step},
              {"kimg", static_cast<double>(step)},
              {"network", "network-" + std::to_string(step)}}
      .dump();
}

TEST(RunDirectory, TellsTheImagesOfASnapshotByItsName) {
  const RunDirectory run("runs/x");
  EXPECT_EQ(RunDirectory::number_of(run.network("000200")), "000200");
  EXPECT_EQ(RunDirectory::kimg_of(run.network("000200")), 200);
  EXPECT_EQ(RunDirectory::number_of(run.fakes("000200_512")), "000200_512");
  EXPECT_EQ(RunDirectory::kimg_of(run.fakes("000200_512")), 200.512);
}

TEST_F(RunFiles, TheBestNetworkFollowsTheFirstMetricThenTheSecondThenIsTheNewest) {
  const std::vector<std::string> all = {metric("modes", 7, 1), metric("high_quality", 0.9, 1),
                                        metric("modes", 8, 2), metric("high_quality", 0.5, 2),
                                        metric("modes", 8, 3), metric("high_quality", 0.5, 3),
                                        metric("modes", 6, 4), metric("high_quality", 0.99, 4)};
  EXPECT_EQ(best_by_metrics(lines(all)), "network-3");
  EXPECT_EQ(
      best_by_metrics(lines({metric("fd2k", 9, 1), metric("fd2k", 7, 2), metric("fd2k", 8, 3)})),
      "network-2");  // lower is better
  EXPECT_EQ(best_by_metrics(
                lines({metric("1nn", 0.4, 1), metric("1nn", 0.52, 2), metric("1nn", 0.8, 3)})),
            "network-2");  // near 0.5 is
  EXPECT_EQ(best_by_metrics(lines({metric("fd", 9, 1), metric("modes", 7, 2)})), "network-2");
  EXPECT_EQ(
      best_by_metrics(lines({R"({"metric": "fd", "value": null, "step": 1, "network": "n"})"})),
      "");
  EXPECT_EQ(best_by_metrics(lines({"no JSON", "{}", R"({"metric": 1, "network": 2})"})), "");
  EXPECT_EQ(best_by_metrics(folder_ / "missing"), "");
}

TEST_F(RunFiles, ARunStopsByAConditionOrWithoutPatience) {
  const auto reason = [&](const std::string& when, double patience) {
    return stop_reason(read_metric_history(lines(
                           {metric("fd2k", 9, 1), metric("fd2k", 7.5, 2), metric("fd2k", 8, 3)})),
                       parse_stop_condition(when), patience);
  };
  EXPECT_EQ(reason("fd < 8.5", 0), "fd2k 8 < 8.5");
  EXPECT_EQ(reason("fd2k<=8", 0), "fd2k 8 <= 8");
  EXPECT_EQ(reason("fd < 8", 0), "");
  EXPECT_EQ(reason("", 0), "");
  EXPECT_EQ(reason("", 2), "");
  EXPECT_EQ(reason("", 1), "no better fd2k than 7.5 (of 2 kimg) in 1 kimg");
  EXPECT_EQ(error_of([&] { reason("kid < 1", 0); }),
            "this run does not measure it, but fd2k: --stop-when, of kid");
  for (const char* wrong : {"fd", "fd < ", "< 8", "fd < x", "fd < 1 2"})
    EXPECT_NE(error_of([&] { reason(wrong, 0); }).find("--stop-when"), std::string::npos) << wrong;
}

TEST_F(RunFiles, LinesAreCutAtAStepAndAtABrokenOne) {
  const Path path = lines({R"({"step": 1})", R"({"step": 2})", R"({"step": 3})"});
  cut_json_lines(path, 2);
  EXPECT_EQ(read_text(path), "{\"step\": 1}\n{\"step\": 2}\n");
  append_file(path, as_bytes("{\"step\": "));
  EXPECT_EQ(read_json_lines(path).size(), 2u);
  cut_json_lines(path, 2);
  EXPECT_EQ(read_text(path), "{\"step\": 1}\n{\"step\": 2}\n");
}

TEST_F(RunFiles, TheTrainersStateComesBack) {
  const TrainerState state{.step = 7,
                           .batches_read = 9,
                           .optimizer_steps = {{"G", 3}},
                           .gradient_norm = {{"G", 0.25}},
                           .loss = {{"D", 1.5, 2}, {"G", INFINITY, 2}},
                           .scalars = {{"D(x)", 0.5, 1}}};
  const TrainerState again = trainer_state_from_json(to_json(state), "file");
  EXPECT_EQ(again.step, 7);
  EXPECT_EQ(again.optimizer_steps, state.optimizer_steps);
  ASSERT_EQ(again.loss.size(), 2u);
  EXPECT_EQ(again.loss[0].sum, 1.5);
  EXPECT_TRUE(std::isnan(again.loss[1].sum));
  EXPECT_EQ(again.scalars[0].name, "D(x)");
  EXPECT_EQ(error_of([] { trainer_state_from_json(json::object(), "file"); }),
            "the progress in this state is not as expected: file");
}

// What a run's networks and states have does not depend on what is measured of them.
TEST_F(RunFiles, MetricsChangeNoBitOfTheTraining) {
  const auto trained = [&](const std::string& metrics) {
    Config config = tiny();
    config.run.metrics = metrics;
    TestScreen screen;
    auto parts = fingerprint(train(std::move(config), screen));
    for (const char* name : {"metrics.jsonl", "network-best.safetensors"}) parts.erase(name);
    return parts;
  };
  const auto without = trained("none"),
             with = trained("fd200,kid200,prdc200,1nn200,swd200,modes500,ppl50,two-sample100");
  ASSERT_EQ(without.size(), with.size());
  for (const auto& [name, value] : without) EXPECT_TRUE(with.at(name) == value) << name;
}

TEST_F(RunFiles, MetricsOfSnapshotsHaveTheirProtocol) {
  Config config = tiny();
  config.run.metrics = "fd200,precision200_k4";
  TestScreen screen;
  const RunDirectory run(train(std::move(config), screen));
  const std::vector<json> lines = read_json_lines(run.metrics());
  ASSERT_EQ(lines.size(), 8u);  // four snapshots
  for (const json& line : lines) {
    EXPECT_TRUE(line["value"].is_number() && line["real"].is_number());
    EXPECT_EQ(line["real"], lines[line["metric"] == "fd200" ? 0 : 1]["real"]);
    EXPECT_EQ(line["protocol"]["n_fake"], 200);
    EXPECT_EQ(line["protocol"]["features"], "pixels");
    EXPECT_TRUE(std::filesystem::exists(run.path() / line["network"].get<std::string>()));
  }
  EXPECT_EQ(lines[1]["better"], "higher");
  EXPECT_EQ(lines[1]["protocol"]["k"], 4);
}

TEST_F(RunFiles, TwoSampleTestsAreAgainstTheTestSplit) {
  Config config = tiny();
  config.run.metrics = "two-sample100,fd200";
  TestScreen screen;
  const RunDirectory run(train(std::move(config), screen));
  const std::vector<json> lines = read_json_lines(run.metrics());
  ASSERT_EQ(lines.size(), 20u);  // of four snapshots
  for (const json& line : lines) {
    const bool test = line["metric"] != "fd200";
    EXPECT_EQ(line["protocol"]["split"], test ? "test" : "train");
    EXPECT_EQ(line["protocol"]["data_hash"] == lines[0]["protocol"]["data_hash"], test);
    if (!test) continue;
    EXPECT_EQ(line["value"], 0.001) << line;  // after so few steps: the least there is
    EXPECT_GT(line["real"], 0.001);
    EXPECT_EQ(line["reference"]["what"], "two disjoint parts of test");
  }
}

// Of a D that judges each point alone; the surface is of the game, so it changes.
TEST_F(RunFiles, GridsOfPointsShowTheDiscriminator) {
  const auto colours = [&](const char* cfg, int64_t pack) {
    Config config = tiny(cfg);
    config.options->pack = pack;
    config.run.desc = std::string(cfg) + std::to_string(pack);
    TestScreen screen;
    const RunDirectory run(train(std::move(config), screen));
    const std::string last = run.grids().back().string();
    const Image grid = read_png(read_file(last), last);
    const auto white = std::ranges::count(grid.pixels, 255);  // plain paper
    return white < static_cast<int64_t>(grid.pixels.size()) / 2;
  };
  EXPECT_FALSE(colours("vanilla", 2));
  EXPECT_TRUE(colours("wgan-gp", 1));
}

TEST_F(RunFiles, MetricsThatTheDataDoesNotHaveAreSaidOnce) {
  Config config = tiny();
  config.run.metrics = "reconstruction";
  TestScreen screen;
  train(std::move(config), screen);
  EXPECT_EQ(std::ranges::count_if(screen.lines,
                                  [](const std::string& line) {
                                    return line.find("has no encoder") != std::string::npos;
                                  }),
            1);
  Config wrong = tiny();
  wrong.run.metrics = "fdd";
  EXPECT_NE(error_of([&] { train(std::move(wrong), screen); }).find("unknown metric"),
            std::string::npos);
  for (const char* absent : {"ms_ssim", "fid", "is", "psnr", "log-mel", "fd9999k", "p_mmd6k"}) {
    Config none = tiny();
    none.run.metrics = absent;
    EXPECT_NE(error_of([&] { train(std::move(none), screen); }), "no error") << absent;
  }
}

}  // namespace
}  // namespace gannet::test
