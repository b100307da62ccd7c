// The recipes against plain PyTorch: tests/golden/parity.json and text_parity.json hold what
// scripts/golden/parity.py and text_parity.py computed with torch's Python side from the same
// weights, latents, data order and dropout masks.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "gannet/recipes/recipes.h"
#include "gannet/training/trainer.h"
#include "support/memory_dataset.h"

namespace gannet {
namespace {

using nlohmann::json;

constexpr int64_t kBatch = 4, kSteps = 5, kSize = 22;  // as in scripts/golden/parity.py

json cases() {
  json all = json::array();
  for (const char* name : {"parity.json", "text_parity.json"}) {
    std::ifstream file(std::string(GANNET_SOURCE_DIR) + "/tests/golden/" + name);
    for (json& c : json::parse(file)) all.push_back(std::move(c));
  }
  return all;
}

// The weights that parity.py fills in: unit gain, biases +-0.1, norms 1 +- 0.2.
void fill(Net& net, const std::string& name) {
  for (const Slot& slot : net.slots()) {
    const double n = static_cast<double>(count(slot.shape));
    const bool matrix = slot.shape.size() > 1;
    const bool norm = slot.name.starts_with("batch_norm") && slot.name.ends_with("weight");
    const double scale = matrix ? std::sqrt(3 * static_cast<double>(slot.shape[0]) / n)
                         : norm ? 0.2
                                : 0.1;
    Net::view(net.parameters, slot)
        .copy_(test::numbers(name + "." + slot.name, slot.shape, scale, norm ? 1 : 0));
  }
}

// A tensor as parity.py writes it: whole where it is small, else its norm, its sum and three
// projections. All are at most `size` in size.
struct Summary {
  std::vector<double> values;
  double size;
};

Summary summarize(const Tensor& tensor) {
  const Tensor x = tensor.to(at::kDouble).reshape(-1).contiguous();
  const double* data = x.const_data_ptr<double>();
  const double norm = x.norm().item<double>();
  if (x.numel() <= 6) return {{data, data + x.numel()}, norm};
  std::vector<double> values{norm, x.sum().item<double>()};
  for (int k = 0; k < 3; ++k)
    values.push_back(
        (x * test::numbers("projection " + std::to_string(k), {x.numel()})).sum().item<double>());
  return {values, norm * std::sqrt(static_cast<double>(x.numel()))};
}

void expect_summary(const Tensor& found, const json& expected, const std::string& name,
                    double tolerance) {
  // Gradients that are zero in theory are rounding errors of the losses, which are about 1.
  const double least = tolerance < 1e-6 ? 1e-4 : 1e-1;
  const Summary summary = summarize(found);
  ASSERT_EQ(summary.values.size(), expected.size()) << name;
  for (size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(summary.values[i], expected[i].get<double>(),
                tolerance * std::max(summary.size, least))
        << name << ", number " << i;
}

std::map<std::string, Tensor> named(Gan& gan, Tensor Net::*flat, bool averages) {
  std::map<std::string, Tensor> all;
  for (Net* net : gan.nets()) {
    if (!averages && net->name().ends_with("_ema")) continue;
    const auto& slots = flat == &Net::state ? net->state_slots() : net->slots();
    for (const Slot& slot : slots)
      all[net->name() + "." + slot.name] = Net::view(net->*flat, slot).clone();
  }
  return all;
}

// Keeps the losses of each step and the gradients after the first.
struct Recorder : Observer {
  std::vector<std::vector<double>> losses;
  std::map<std::string, Tensor> gradients;

  void on_tick(const Trainer& trainer, const Tick& tick) override {
    losses.emplace_back();
    for (const auto& [name, value] : tick.loss) losses.back().push_back(value);
    if (tick.step == 1) gradients = named(trainer.gan(), &Net::gradients, false);
  }
};

struct Trained {
  std::unique_ptr<Options> options;
  std::unique_ptr<Gan> gan;
  Recorder recorder;
};

Trained train(const json& c, at::ScalarType type, int64_t steps) {
  const Recipe& recipe = find_recipe(c["recipe"].get<std::string>());
  Trained run{.options = recipe.options(), .gan = nullptr, .recorder = {}};
  Options& o = *run.options;
  for (const auto& [name, text] : c["options"].items()) set_field(o, name, text.get<std::string>());
  o.batch = kBatch;
  o.tick = static_cast<double>(kBatch) / 1000;
  o.kimg = static_cast<double>(steps * kBatch) / 1000;
  DatasetInfo shape = test::data_info(c["dims"].get<Shape>(), c["classes"].get<int64_t>());
  if (c.contains("sentences")) shape = test::with_sentences(shape);
  run.gan = recipe.make(o, shape, {.seed = o.seed, .tensor = at::TensorOptions(type)});
  for (const Gan::Member& member : run.gan->members()) {
    fill(*member.net, member.net->name());
    if (member.ema) fill(*member.ema, member.net->name());
  }
  Loader loader(std::make_shared<test::MemoryDataset>(shape, kSize),
                {.seed = o.seed, .batch = kBatch});
  Trainer(*run.gan, loader, o).train(run.recorder);
  return run;
}

std::string title(const json& c) {
  return c["recipe"].get<std::string>() + " " + c["dims"].dump() + " " + c["options"].dump();
}

void expect_losses(const json& expected, const Recorder& recorder, double tolerance) {
  for (size_t step = 0; step < recorder.losses.size(); ++step) {
    ASSERT_EQ(recorder.losses[step].size(), expected.at(step).size());
    for (size_t i = 0; i < recorder.losses[step].size(); ++i) {
      const double value = expected.at(step).at(i).get<double>();
      EXPECT_NEAR(recorder.losses[step].at(i), value, tolerance * (1 + std::abs(value)))
          << "loss " << i << " of step " << step;
    }
  }
}

void expect_gradients(const json& expected, const Recorder& recorder, double tolerance) {
  ASSERT_EQ(recorder.gradients.size(), expected.size());
  for (const auto& [name, gradient] : recorder.gradients) {
    ASSERT_TRUE(expected.contains(name)) << name;
    expect_summary(gradient, expected[name], "gradient of " + name, tolerance);
  }
}

TEST(Parity, FiveStepsInDoublePrecisionAreThoseOfPyTorch) {
  const json all = cases();
  ASSERT_GE(all.size(), 20u);
  for (const json& c : all) {
    SCOPED_TRACE(title(c));
    const Trained r = train(c, at::kDouble, kSteps);
    ASSERT_EQ(r.recorder.losses.size(), static_cast<size_t>(kSteps));
    expect_losses(c["losses"], r.recorder, 1e-9);
    expect_gradients(c["gradients"], r.recorder, 1e-9);
    std::map<std::string, Tensor> after = named(*r.gan, &Net::parameters, true);
    after.merge(named(*r.gan, &Net::state, true));
    ASSERT_EQ(after.size(), c["after"].size());
    for (const auto& [name, tensor] : after) {
      ASSERT_TRUE(c["after"].contains(name)) << name;
      expect_summary(tensor, c["after"][name], name + " after five steps", 1e-9);
    }
  }
}

TEST(Parity, TheFirstStepInSinglePrecisionIsThatOfPyTorch) {
  for (const json& c : cases()) {
    SCOPED_TRACE(title(c));
    const Trained r = train(c, at::kFloat, 1);
    expect_losses(c["losses"], r.recorder, 1e-4);
    expect_gradients(c["gradients"], r.recorder, 1e-4);
  }
}

}  // namespace
}  // namespace gannet
