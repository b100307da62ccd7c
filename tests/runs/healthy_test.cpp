// The watchdog over figures of real runs (scripts/golden/healthy_runs.py): those that went well by
// their grids and metrics, and some that did not.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "gannet/base/files.h"
#include "gannet/runs/watchdog.h"

namespace gannet::test {
namespace {

using nlohmann::json;
using Names = std::vector<std::string>;

std::vector<Path> runs_in(const std::string& folder) {
  std::vector<Path> all;
  for (const auto& entry :
       std::filesystem::directory_iterator(Path(GANNET_SOURCE_DIR) / "tests" / "runs" / folder))
    all.emplace_back(entry.path());
  std::ranges::sort(all);
  return all;
}

json read_run(const Path& path) { return json::parse(read_text(path)); }

// As a training does (runs/detail/watch.cpp): ticks and snapshots by their steps, the metrics of a
// snapshot after it.
Watchdog watched(const json& run) {
  Watchdog dog(run["options"]);
  const auto last = [&](const json& line) { return line["step"] == run["last_step"]; };
  size_t next = 0;
  const auto snapshots_to = [&](int64_t step) {
    for (; next < run["snapshots"].size() && run["snapshots"][next]["step"] <= step; ++next) {
      const json& line = run["snapshots"][next];
      dog.snapshot(line, last(line));
      std::vector<json> metrics;
      for (const json& metric : run["metrics"])
        if (metric["step"] == line["step"]) metrics.push_back(metric);
      dog.metrics(metrics);
    }
  };
  for (const json& line : run["ticks"]) {
    const int64_t step = line["step"];
    snapshots_to(step - 1);
    dog.tick(line, last(line));
    snapshots_to(step);
  }
  snapshots_to(std::numeric_limits<int64_t>::max());
  return dog;
}

Names texts(const std::vector<Finding>& findings) {
  Names all;
  for (const Finding& finding : findings) all.push_back(finding.rule + ": " + finding.text());
  return all;
}
Names rules(const std::vector<Finding>& findings) {
  Names all;
  for (const Finding& finding : findings) all.push_back(finding.rule);
  return all;
}

TEST(WatchedRuns, AreHealthyWithoutAWord) {
  std::map<std::string, int> recipes;
  int64_t ticks = 0, snapshots = 0, metrics = 0;
  for (const Path& path : runs_in("healthy")) {
    SCOPED_TRACE(path.filename().string());
    const json run = read_run(path);
    Watchdog dog = watched(run);
    EXPECT_EQ(texts(dog.new_findings()), Names{});
    EXPECT_EQ(dog.alike(), "");
    ++recipes[run["options"]["cfg"]];
    ticks += static_cast<int64_t>(run["ticks"].size());
    snapshots += static_cast<int64_t>(run["snapshots"].size());
    metrics += static_cast<int64_t>(run["metrics"].size());
  }
  EXPECT_GE(recipes.size(), 10u);
  EXPECT_GE(runs_in("healthy").size(), 14u);
  EXPECT_GT(ticks, 500);
  EXPECT_GT(snapshots, 140);
  EXPECT_GT(metrics, 130);
}

// A rate of 0.05: D knows all fakes from the first tick on, and G stands still.
TEST(WatchedRuns, OneThatBrokeAtOnceIsCalledSo) {
  const Path path = Path(GANNET_SOURCE_DIR) / "tests/runs/collapsed/vanilla-high-rate.json";
  Watchdog dog = watched(read_run(path));
  const std::vector<Finding> found = dog.new_findings();
  EXPECT_EQ(rules(found), (Names{"saturated D", "vanishing gradient G", "low diversity"}));
  EXPECT_EQ(dog.active().size(), 3u);
  EXPECT_EQ(dog.suspect_since(), found[0].since_step);
}

// On ring-8: seven modes, then five, then one.
TEST(WatchedRuns, OneThatLostItsModesIsCalledSo) {
  const json run = read_run(Path(GANNET_SOURCE_DIR) / "tests/runs/collapsed/vanilla-one-mode.json");
  Watchdog dog = watched(run);
  EXPECT_EQ(dog.new_findings().size(), 2u);
  EXPECT_EQ(rules(dog.active()), (Names{"lost modes", "low diversity"}));
  const json& last = run["metrics"].back();
  EXPECT_LE(last["value"], 2);
  EXPECT_EQ(last["real"], 8);
}

// Runs that looked bad on the way and ended well: whatever is said meanwhile is taken back.
TEST(WatchedRuns, WhatPassedIsOverAtTheEnd) {
  for (const Path& path : runs_in("passing")) {
    SCOPED_TRACE(path.filename().string());
    Watchdog dog = watched(read_run(path));
    EXPECT_EQ(texts(dog.active()), Names{});
    EXPECT_EQ(rules(dog.ended_findings()), rules(dog.new_findings()));
  }
}

}  // namespace
}  // namespace gannet::test
