// Runs that go on for longer, with other options, from other weights, and from data that moved.
#include <algorithm>

#include "gannet/data/registry.h"
#include "support/error_of.h"
#include "support/runs.h"

namespace gannet::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class Longer : public RunTest {
 protected:
  Path trained(Config config) {
    TestScreen listener;
    return train(std::move(config), listener);
  }
  Path stopped(Config config, int64_t after) {
    TestScreen listener;
    listener.stop_after = after;
    try {
      return train(std::move(config), listener);
    } catch (const Interrupted& stop) {
      return stop.where();
    }
  }
  json options(const Path& run) { return json::parse(read_text(RunDirectory(run).options())); }
};

std::map<std::string, std::string> state_tensors(const Path& path) {
  const RunDirectory run(path);
  const Bytes bytes = read_file(run.state(run.states().back()));
  const SafetensorsFile file = read_safetensors(bytes, "state", Checksum::required);
  std::map<std::string, std::string> tensors;
  for (const TensorView& view : file.tensors) tensors[view.name] = std::string(as_text(view.bytes));
  return tensors;
}

bool said(const TestScreen& screen, const std::string& part) {
  return std::ranges::any_of(
      screen.lines, [&](const std::string& line) { return line.find(part) != std::string::npos; });
}

// The longer run has the same files, and those of its first end besides. Networks of before have
// their kimg in their options.
void expect_has_all_of(const Path& longer, const Path& whole) {
  const auto expected = fingerprint(whole), found = fingerprint(longer);
  for (const auto& [name, value] : expected) {
    if (name == "snapshots.jsonl" || name == "metrics.jsonl" ||
        name == "network-000000.safetensors" || name == "network-000000_320.safetensors")
      continue;
    ASSERT_TRUE(found.contains(name)) << name;
    EXPECT_TRUE(found.at(name) == value) << name << " differs";
  }
}

TEST_F(Longer, GoesOnAfterItsEndAsIfAskedForAtFirst) {
  const Path whole = trained(tiny());
  for (const double kimg : {0.368, 0.4}) {  // an end in the middle of a tick, and at one
    Config config = tiny();
    config.options->kimg = kimg;
    const Path run = trained(std::move(config));
    TestScreen listener;
    resume(run, listener, {{"kimg", "0.64"}});
    expect_has_all_of(run, whole);
    EXPECT_EQ(options(run)["kimg"], 0.64);
    const json change = options(run)["changes"].at(0);
    EXPECT_EQ(change["option"], "kimg");
    EXPECT_EQ(change["step"], kimg == 0.4 ? 25 : 23);
  }
}

TEST_F(Longer, AnInterruptedRunGetsLongerToo) {
  const Path whole = trained(tiny());
  Config config = tiny();
  config.options->kimg = 0.5;
  const Path run = stopped(std::move(config), 13);
  TestScreen listener;
  resume(run, listener, {{"kimg", "0.64"}});
  expect_has_all_of(run, whole);
}

TEST_F(Longer, SchedulesOverTheWholeRunStayAsTheyEnded) {
  Config config = tiny();
  config.options->lr_end = 1e-5;
  config.options->kimg = 0.32;
  const Path run = trained(std::move(config));
  TestScreen listener;
  resume(run, listener, {{"kimg", "0.64"}});
  EXPECT_TRUE(said(listener, "its schedules end at 0.32 kimg and stay there"));
  EXPECT_EQ(options(run)["burn-in"], 0.32);
}

TEST_F(Longer, WritesDownChangedOptionsWithTheStep) {
  const Path run = stopped(tiny(), 12);
  TestScreen listener;
  resume(run, listener, {{"lr", "0.001"}, {"snap", "4"}});
  const json now = options(run);
  EXPECT_EQ(now["lr"], 0.001);
  EXPECT_EQ(now["glr"], 0.001) << "it followed --lr";
  EXPECT_EQ(now["snap"], 4);
  for (const json& change : now["changes"]) EXPECT_EQ(change["step"], 12);
  EXPECT_EQ(now["changes"].size(), 4u);
}

TEST_F(Longer, RefusesByNameWhatCannotChange) {
  const Path run = stopped(tiny(), 12);
  for (const auto& [option, value] : {std::pair{"ngf", "32"},
                                      {"seed", "3"},
                                      {"batch", "32"},
                                      {"optimizer", "sgd"},
                                      {"image-size", "16"},
                                      {"desc", "x"}}) {
    const std::string error = error_of([&] {
      TestScreen listener;
      resume(run, listener, {{option, value}});
    });
    EXPECT_NE(error.find("cannot change in the middle of a run"), std::string::npos) << error;
    EXPECT_NE(error.find(std::string("--") + option), std::string::npos) << error;
  }
  EXPECT_FALSE(options(run).contains("changes"));
}

// Options with a state of their own may be turned on, changed and turned off in the middle.
TEST_F(Longer, WhatAnOptionBringsBeginsAfreshWithAWord) {
  for (const auto& [changes, word] : std::initializer_list<std::pair<OptionChanges, std::string>>{
           {{{"lecam", "0.3"}}, "begins afresh: the moving averages of --lecam"},
           {{{"pl", "0.1"}}, "begins afresh: the moving average of --pl"},
           {{{"pool", "20"}}, "begins afresh: the samples of --pool"},
           {{{"ema", "0"}}, "left behind: the moving average G_ema of --ema"}}) {
    const Path run = stopped(tiny(), 12);
    TestScreen listener;
    listener.stop_after = 3;
    EXPECT_THROW(resume(run, listener, changes), Interrupted);
    EXPECT_TRUE(said(listener, word)) << word;
    TestScreen again;
    again.stop_after = 3;
    EXPECT_THROW(resume(run, again), Interrupted);
    EXPECT_FALSE(said(again, word)) << "it is a part of the state now";
    TestScreen back;
    const bool off = changes[0].first == "ema";
    resume(run, back, {{changes[0].first, off ? "1" : "0"}});
    EXPECT_TRUE(said(back, off ? "begins afresh: the moving average G_ema of --ema, from G"
                               : "left behind: the "));
  }
}

TEST_F(Longer, AChangedStateThatWasNeverWrittenBeginsAfreshAgain) {
  const Path run = stopped(tiny(), 12);
  struct Crash : TestScreen {
    bool interrupted() override { throw std::runtime_error("the power went"); }
  } crash;
  EXPECT_THROW(resume(run, crash, {{"lecam", "0.3"}}), std::runtime_error);
  TestScreen again;
  resume(run, again);
  EXPECT_TRUE(said(again, "begins afresh: the moving averages of --lecam"));
}

TEST_F(Longer, ADoneRunSaysWhatWouldGoOn) {
  const Path run = trained(tiny());
  TestScreen listener;
  resume(run, listener);
  EXPECT_TRUE(said(listener, "done already"));
  EXPECT_NE(error_of([&] {
              resume(run, listener, {{"lr", "0.1"}});
            }).find("this run is done"),
            std::string::npos);
  EXPECT_NE(error_of([&] {
              resume(run, listener, {{"kimg", "0.1"}});
            }).find("at 0.64 kimg already"),
            std::string::npos);
}

TEST_F(Longer, AStoppedRunHasANetworkUntilTheNextSnapshot) {
  const Path run = stopped(tiny(), 3);
  const RunDirectory directory(run);
  EXPECT_EQ(directory.best_network(), directory.stopped_network());
  EXPECT_TRUE(fs::exists(directory.stopped_fakes()));
  TestScreen listener;
  resume(run, listener);
  EXPECT_FALSE(fs::exists(directory.stopped_network()));
  EXPECT_FALSE(fs::exists(directory.stopped_fakes()));
}

TEST_F(Longer, SnapshotsOfOneKimgKeepTheirFiles) {
  const RunDirectory run(trained(tiny()));
  std::vector<std::string> names;
  for (const Path& path : run.networks()) names.push_back(path.filename().string());
  EXPECT_EQ(names, (std::vector<std::string>{
                       "network-000000.safetensors", "network-000000_320.safetensors",
                       "network-000000_480.safetensors", "network-000000_640.safetensors"}));
  EXPECT_EQ(run.grids().size(), 4u);
}

TEST_F(Longer, KeepsSoManyNetworksAndTheBest) {
  Config config = tiny();
  config.run.snap_keep = 1;
  config.options->snap = 1;
  const RunDirectory run(trained(std::move(config)));
  const std::vector<Path> networks = run.networks();
  EXPECT_EQ(networks.back().filename(), "network-000000_640.safetensors");
  EXPECT_LE(networks.size(), 2u);
  EXPECT_TRUE(fs::exists(run.best()));
  EXPECT_EQ(run.grids().size(), 8u);
}

TEST_F(Longer, EarlySnapshotsDouble) {
  Config config = tiny();
  config.run.snap_first = 0.03;
  config.options->snap = 8;  // every 0.64 kimg
  const RunDirectory run(trained(std::move(config)));
  std::vector<int64_t> steps;
  const std::string text = read_text(run.snapshots());
  for (size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
    steps.push_back(json::parse(text.substr(at, end - at))["step"].get<int64_t>());
  EXPECT_EQ(steps, (std::vector<int64_t>{2, 4, 8, 15, 30, 40}));
}

TEST_F(Longer, ANewRunTakesWeightsAndMomentsOfARun) {
  const Path first = trained(tiny());
  Config config = tiny();
  config.run.resume = first.string();
  config.options->kimg = 0;
  TestScreen listener;
  const Path second = train(std::move(config), listener);
  EXPECT_TRUE(said(listener, "with the optimizer's moments of D (40 updates), G (40 updates)"));
  const auto a = state_tensors(first), b = state_tensors(second);
  for (const auto& [name, value] : a) {
    if (name.starts_with("state.")) continue;
    EXPECT_TRUE(b.at(name) == value) << name;
  }
  Config from_network = tiny();
  from_network.run.resume = RunDirectory(first).networks().back().string();
  from_network.options->kimg = 0;
  TestScreen other;
  train(std::move(from_network), other);
  EXPECT_TRUE(said(other, "a network file has no optimizer moments"));
}

TEST_F(Longer, APartialStartTakesTheLayersThatFit) {
  const Path first = trained(tiny());
  const auto config = [&](bool partial) {
    Config c = tiny();
    c.options->nz = 6;
    c.options->kimg = 0;
    c.run.resume = first.string();
    c.run.resume_partial = partial;
    return c;
  };
  TestScreen listener;
  EXPECT_NE(error_of([&] { train(config(false), listener); }).find("--resume: "),
            std::string::npos);
  train(config(true), listener);
  EXPECT_TRUE(said(listener, "not taken: G.dense1.weight is [8, 4] there, [8, 6] here"));
  EXPECT_TRUE(said(listener, "moments of D (40 updates)"));
}

TEST_F(Longer, FindsDataThatMovedByItsHash) {
  std::string text;
  for (int i = 0; i < 64; ++i) text += std::to_string(i) + "," + std::to_string(i % 5) + "\n";
  write_file(folder_ / "points.csv", text);
  const Path run = stopped(tiny("vanilla", (folder_ / "points.csv").string()), 5);
  fs::create_directory(folder_ / "moved");
  fs::rename(folder_ / "points.csv", folder_ / "moved" / "points.csv");
  TestScreen listener;
  EXPECT_NE(error_of([&] { resume(run, listener); }).find("not there any more"), std::string::npos);
  write_file(folder_ / "other.csv", text + "1,1\n");
  EXPECT_NE(error_of([&] {
              resume(run, listener, {{"data", (folder_ / "other.csv").string()}});
            }).find("the data is not what this run began with"),
            std::string::npos);
  const std::string place = (folder_ / "moved" / "points.csv").string();
  resume(run, listener, {{"data", place}});
  EXPECT_EQ(options(run)["data"], place);
}

TEST_F(Longer, ABudgetInTimeBecomesANumberOfImages) {
  Config config = tiny();
  config.run.minutes = 0.1;
  const Path run = trained(std::move(config));
  EXPECT_GT(options(run)["kimg"].get<double>(), 0.1);
  EXPECT_EQ(options(run)["minutes"], 0.1);
  const json decisions = options(run)["decisions"];
  EXPECT_TRUE(std::ranges::any_of(decisions, [](const json& d) { return d["name"] == "kimg"; }));
}

}  // namespace
}  // namespace gannet::test
