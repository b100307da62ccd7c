// Recipes of audio clips and videos learn: a tiny set, a figure before and after.
#include <ATen/TensorOperators.h>
#include <ATen/ops/abs.h>
#include <ATen/ops/fft_rfft.h>
#include <ATen/ops/full.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "gannet/models/sampling.h"
#include "gannet/recipes/recipes.h"
#include "gannet/training/trainer.h"
#include "support/memory_dataset.h"

namespace gannet {
namespace {

struct Lesson {
  std::string recipe;
  DatasetInfo info;
  test::MemoryDataset::Fill fill;
  std::vector<std::pair<std::string, std::string>> settings;
};

// What a measure of 32 samples of class 1 (where there are classes) says before and after.
std::pair<double, double> learn(const Lesson& lesson,
                                const std::function<double(const Tensor&)>& measure) {
  const Recipe& recipe = find_recipe(lesson.recipe);
  const auto o = recipe.options();
  for (const auto& [field, text] : lesson.settings) set_field(*o, field, text);
  const auto gan = make_gan(recipe, *o, lesson.info, {.seed = o->seed});
  const auto figure = [&] {
    Condition condition;
    if (!lesson.info.classes.empty()) condition.labels = at::full({32}, 1, at::kLong);
    const Address address{.seed = 1, .purpose = Purpose::sample};
    return measure(draw_samples(*gan, gan->latents(address, 0, 32), condition, address));
  };
  const double before = figure();
  Loader loader(std::make_shared<test::MemoryDataset>(lesson.info, 256, lesson.fill),
                {.seed = o->seed, .batch = o->batch});
  Observer nobody;
  Trainer(*gan, loader, *o).train(nobody);
  return {before, figure()};
}

// Class 0: 8 periods in 256 samples; class 1: 32. The figure is the share of the strength that lies
// at 32 periods and next to it.
TEST(Learning, WaveganMakesTheToneOfTheClassAskedFor) {
  const auto fill = [](int64_t index, Sample& into) {
    const double periods = index % 2 == 0 ? 8 : 32, phase = static_cast<double>(index) * 0.7;
    for (size_t t = 0; t < into.values.size(); ++t)
      into.values[t] = static_cast<float>(
          0.8 * std::sin(2 * M_PI * periods * static_cast<double>(t) / 256 + phase));
  };
  const auto share = [](const Tensor& x) {
    const Tensor power = at::abs(at::fft_rfft(x.squeeze(1))).square();
    return (power.slice(1, 31, 34).sum(1) / power.slice(1, 1).sum(1)).mean().item<double>();
  };
  const auto [before, after] = learn({"wavegan",
                                      test::data_info({1, 256}, 2),
                                      fill,
                                      {{"cond", "true"},
                                       {"ngf", "8"},
                                       {"ndf", "8"},
                                       {"nz", "8"},
                                       {"batch", "16"},
                                       {"lr", "1e-3"},
                                       {"kimg", "4.8"},
                                       {"ema", "0.1"}}},
                                     share);
  EXPECT_LT(before, 0.3);
  EXPECT_GT(after, 0.6);
}

// A bright square on a dark ground, two pixels further to the right in each of 8 frames. The figure
// is the mean correlation of each frame of a sample with the square at its place.
TEST(Learning, VideoMovesTheSquare) {
  constexpr int64_t frames = 8, side = 32;
  const auto fill = [](int64_t, Sample& into) {
    for (int64_t t = 0; t < frames; ++t)
      for (int64_t y = 0; y < side; ++y)
        for (int64_t x = 0; x < side; ++x)
          into.values[static_cast<size_t>((t * side + y) * side + x)] =
              std::abs(y - 16) < 5 && std::abs(x - 8 - 2 * t) < 5 ? 0.8f : -0.8f;
  };
  Sample expected;
  expected.values.resize(frames * side * side);
  fill(0, expected);
  const auto standard = [](const Tensor& x) {
    const Tensor flat = x.reshape({x.size(0), frames, side * side});
    return (flat - flat.mean(2, true)) / flat.std(2, false, true).clamp_min(1e-6);
  };
  const Tensor wanted = standard(at::tensor(expected.values).unsqueeze(0));
  const auto correlation = [&](const Tensor& x) {
    return (standard(x) * wanted).mean().item<double>();
  };
  const auto [before, after] = learn({"video",
                                      test::data_info({1, frames, side, side}),
                                      fill,
                                      {{"ngf", "8"},
                                       {"ndf", "8"},
                                       {"nz", "4"},
                                       {"batch", "8"},
                                       {"lr", "1e-3"},
                                       {"kimg", "4"},
                                       {"ema", "0.05"}}},
                                     correlation);
  EXPECT_LT(before, 0.3);
  EXPECT_GT(after, 0.6);
}

}  // namespace
}  // namespace gannet
