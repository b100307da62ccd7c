// Whole runs on the strict device: trained, sampled, saved and resumed with the CPU's bits.
#include <gtest/gtest.h>

#include "device/strict_device.h"
#include "gannet/base/files.h"
#include "gannet/models/sampler.h"
#include "gannet/recipes/recipes.h"
#include "gannet/runs/plan.h"
#include "support/runs.h"

namespace gannet::test {
namespace {

using nlohmann::json;

class DeviceRuns : public RunTest {
 protected:
  // Six steps; a tick every two, a snapshot every four.
  Config small(const Recipe& recipe, const std::string& device) const {
    Config config = tiny(std::string(recipe.name), std::string(recipe.try_data));
    config.run.device = device;
    config.run.desc = device_word(device);
    Options& o = *config.options;
    o.batch = 4;
    o.kimg = 0.024;
    o.tick = 0.008;
    o.ngf = o.ndf = 4;
    if (!recipe.try_data.starts_with("ring")) config.run.source.image_size = 32;
    if (recipe.name == "wavegan") config.run.source = {};
    return config;
  }

  Path trained(Config config) {
    TestScreen listener;
    return train(std::move(config), listener);
  }

  // Interrupted after a step, and resumed.
  Path resumed(Config config, const OptionChanges& changes = {}) {
    TestScreen first;
    first.stop_after = 3;
    Path run;
    try {
      run = train(std::move(config), first);
      ADD_FAILURE() << "it was not interrupted";
    } catch (const Interrupted& stopped) {
      run = stopped.where();
    }
    screen_ = {};
    return resume(run, screen_, changes);
  }

  static std::string device_word(const std::string& device) { return "on-" + device; }

  TestScreen screen_;  // of the last resume
};

json options_of(const Path& run) { return json::parse(read_text(run / "options.json")); }

Bytes drawn(const Path& run, const Recipe& recipe, const std::string& device) {
  Sampler sampler(run, device);
  SampleRequest request{.seeds = {1, 7, 3}};
  if (recipe.name == "text2image") request.text = "a large red star on a light background";
  if (sampler.takes_image()) sampler.set_input(std::string(recipe.try_data), {.image_size = 32});
  Bytes all;
  sampler.draw(request, [&](const SampleBlock& block) { all = block.bytes; });
  return all;
}

// A recipe's name, which is the test's.
class DeviceRunsOf : public DeviceRuns, public testing::WithParamInterface<std::string> {};

TEST_P(DeviceRunsOf, AreTheCpusWholeAndResumed) {
  const Recipe& recipe = find_recipe(GetParam());
  const Path cpu = trained(small(recipe, "cpu"));
  const Path strict = resumed(small(recipe, kStrictDevice));
  EXPECT_EQ(screen_.warnings, std::vector<std::string>{});
  EXPECT_EQ(options_of(strict)["machine"]["device"], kStrictDevice);
  expect_same_run(cpu, strict);
  EXPECT_EQ(drawn(cpu, recipe, "cpu"), drawn(strict, recipe, kStrictDevice));
}

std::vector<std::string> recipe_names() {
  std::vector<std::string> names;
  for (const Recipe& recipe : recipes()) names.emplace_back(recipe.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(, DeviceRunsOf, testing::ValuesIn(recipe_names()), [](const auto& info) {
  std::string name = info.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST_F(DeviceRuns, GoOnOnAnotherDeviceWithAWarning) {
  const Recipe& recipe = find_recipe("vanilla");
  const Path whole = trained(small(recipe, "cpu"));
  const Path moved = resumed(small(recipe, "cpu"), {{"device", kStrictDevice}});
  ASSERT_EQ(screen_.warnings.size(), 1u);
  EXPECT_NE(screen_.warnings[0].find("was on the CPU and goes on on strict"), std::string::npos);
  expect_same_run(whole, moved);
  const json options = options_of(moved);
  EXPECT_FALSE(options.contains("device"));
  EXPECT_EQ(options["machine"]["device"], kStrictDevice);
  ASSERT_EQ(options["changes"].size(), 1u);
  EXPECT_EQ(options["changes"][0]["option"], "device");
  EXPECT_EQ(options["changes"][0]["to"], kStrictDevice);
  expect_same_run(whole, resumed(small(recipe, kStrictDevice), {{"device", "cpu"}}));
  EXPECT_EQ(screen_.warnings.size(), 1u);
}

TEST_F(DeviceRuns, StartFromWeightsOfAnotherDevice) {
  const Recipe& recipe = find_recipe("vanilla");
  const Path first = trained(small(recipe, "cpu"));
  const auto from = [&](const std::string& device) {
    Config config = small(recipe, device);
    config.run.resume = first.string();
    return trained(std::move(config));
  };
  expect_same_run(from("cpu"), from(kStrictDevice));
}

TEST_F(DeviceRuns, APlanTriesTheDevice) {
  Config config = small(find_recipe("vanilla"), kStrictDevice);
  config.run.metrics = "modes";
  const Plan plan = gannet::plan(config);
  EXPECT_EQ(plan.device, std::string(kStrictDevice) + ":0");
  EXPECT_GT(plan.memory_mb, 0);
}

// The last state stays, and the run goes on from it.
TEST_F(DeviceRuns, AFailingGpuEndsTheRunInOneLine) {
  const Recipe& recipe = find_recipe("vanilla");
  const Path whole = trained(small(recipe, "cpu"));
  struct Failing : ProgressListener {
    void line(const std::string& text) override {
      if (text.starts_with("run: ")) run = text.substr(5);
      if (text.starts_with("snapshot")) fail_next("CUDA error: an illegal memory access\nmore");
    }
    Path run;
  } listener;
  try {
    train(small(recipe, kStrictDevice), listener);
    ADD_FAILURE() << "it did not fail";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "the GPU failed: CUDA error: an illegal memory access");
    EXPECT_NE(error.hint(), "");
  }
  EXPECT_EQ(read_text(listener.run / "FAILED"),
            "the GPU failed: CUDA error: an illegal memory access\n");
  TestScreen again;
  expect_same_run(whole, resume(listener.run, again));
}

}  // namespace
}  // namespace gannet::test
