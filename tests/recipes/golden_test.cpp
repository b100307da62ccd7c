// What each recipe is, pinned: its first ten losses from its real initial weights, and the names
// and shapes of its parameters at default options. A deliberate change remakes the files with
//   GANNET_REMAKE_GOLDEN=1 gannet_recipes_test --gtest_filter='Golden.*'
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "gannet/recipes/recipes.h"
#include "gannet/training/trainer.h"
#include "support/memory_dataset.h"
#include "support/recipe_cases.h"

namespace gannet {
namespace {

using nlohmann::json;

std::string golden(const std::string& name) {
  return std::string(GANNET_SOURCE_DIR) + "/tests/golden/" + name;
}

bool remake() { return std::getenv("GANNET_REMAKE_GOLDEN") != nullptr; }

// D's and G's losses of ten steps in f64, batches of 8.
std::vector<std::vector<double>> first_losses(const test::RecipeCase& c) {
  const Recipe& recipe = find_recipe(c.recipe);
  const auto o = recipe.options();
  for (const auto& [name, text] : c.options) set_field(*o, name, text);
  o->batch = 8;
  o->tick = 0.008;
  o->kimg = 0.08;
  const DatasetInfo shape = test::shape_of(c.recipe, c.dims, c.classes, c.image);
  const auto gan =
      recipe.make(*o, shape, {.seed = o->seed, .tensor = at::TensorOptions(at::kDouble)});
  struct Keep : Observer {
    std::vector<std::vector<double>> losses;
    void on_tick(const Trainer&, const Tick& tick) override {
      losses.emplace_back();
      for (const auto& [name, value] : tick.loss) losses.back().push_back(value);
    }
  } keep;
  const auto data = std::make_shared<test::MemoryDataset>(
      shape, 60, [&c](int64_t index, Sample& into) { test::give_image(c.image, index, into); });
  Loader loader(data, {.seed = o->seed, .batch = 8});
  Trainer(*gan, loader, *o).train(keep);
  return keep.losses;
}

TEST(Golden, TheFirstTenLossesOfEachRecipeAreAsCommitted) {
  json found;
  for (const test::RecipeCase& c : test::kRecipeCases) found[c.name] = first_losses(c);
  const std::string path = golden("first_losses.json");
  if (remake()) std::ofstream(path) << found.dump(1) << "\n";
  std::ifstream file(path);
  const json expected = json::parse(file);
  ASSERT_EQ(found.size(), expected.size());
  for (const auto& [name, losses] : found.items()) {
    ASSERT_EQ(losses.size(), 10u) << name;
    for (size_t step = 0; step < 10; ++step)
      for (size_t i = 0; i < losses[step].size(); ++i) {
        const double value = expected.at(name).at(step).at(i).get<double>();
        EXPECT_NEAR(losses[step][i].get<double>(), value, 1e-9 * (1 + std::abs(value)))
            << name << ", step " << step;
      }
  }
}

// One line a tensor of each net, then the net's count.
std::string parameters(const std::string& recipe_name, const Shape& dims, int64_t classes,
                       const std::vector<std::pair<std::string, std::string>>& options = {},
                       const Shape& image = {}) {
  const Recipe& recipe = find_recipe(recipe_name);
  const auto o = recipe.options();
  std::string text = "# " + recipe_name + " " + to_string(dims);
  for (const auto& [name, value] : options) {
    set_field(*o, name, value);
    text += " --" + name + " " + value;
  }
  text += "\n";
  const auto gan = recipe.make(*o, test::shape_of(recipe_name, dims, classes, image), {});
  for (Net* net : gan->nets()) {
    for (const Slot& slot : net->slots())
      text += net->name() + "." + slot.name + " " + to_string(slot.shape) + "\n";
    for (const Slot& slot : net->state_slots())
      text += net->name() + "." + slot.name + " " + to_string(slot.shape) + " (state)\n";
    text += net->name() + ": " + std::to_string(net->spec().parameter_count()) + " parameters\n";
  }
  return text + "\n";
}

TEST(Golden, ParameterNamesAndCountsAreAsCommitted) {
  // The widths of the default presets.
  using Options = std::vector<std::pair<std::string, std::string>>;
  const Options pix2pix{
      {"ngf", "32"}, {"ndf", "32"}, {"patch", "34"}, {"g-norm", "batch"}, {"d-norm", "batch"}};
  const Options srgan{{"ngf", "32"}, {"ndf", "16"}, {"blocks", "8"}, {"g-norm", "none"}};
  const Options srgan_by_2{
      {"ngf", "32"}, {"ndf", "16"}, {"blocks", "8"}, {"scale", "2"}, {"g-norm", "batch"}};
  const Options video{{"ngf", "24"}, {"ndf", "16"}};
  const std::string found =
      parameters("vanilla", {2}, 0) + parameters("vanilla", {1, 28, 28}, 0) +
      parameters("dcgan", {1, 28, 28}, 0) + parameters("dcgan", {3, 32, 32}, 0) +
      parameters("dcgan", {3, 64, 64}, 0) + parameters("cgan", {1, 28, 28}, 10) +
      parameters("cgan", {1, 28, 28}, 10, {{"label-in-d", "concat"}}) +
      parameters("cgan", {1, 28, 28}, 10, {{"arch", "mlp"}}) + parameters("wgan-gp", {2}, 0) +
      parameters("wgan-gp", {1, 28, 28}, 0) + parameters("sngan", {2}, 0) +
      parameters("sngan", {3, 32, 32}, 10, {{"cond", "true"}}) + parameters("r3gan", {2}, 0) +
      parameters("wgan-gp", {3, 64, 64}, 0, {{"arch", "residual"}}) +
      parameters("sngan", {3, 32, 32}, 10, {{"arch", "residual"}, {"cond", "true"}}) +
      parameters("r3gan", {1, 28, 28}, 0) +
      parameters("r3gan", {3, 32, 32}, 10, {{"cond", "true"}, {"blocks", "2"}}) +
      parameters("vae", {1, 28, 28}, 0) + parameters("vae", {3, 64, 64}, 0) +
      parameters("pix2pix", {3, 64, 64}, 0, pix2pix, {1, 64, 64}) +
      parameters("srgan", {3, 96, 96}, 0, srgan, {3, 24, 24}) +
      parameters("srgan", {3, 64, 64}, 0, srgan_by_2, {3, 32, 32}) +
      parameters("text2image", {3, 32, 32}, 0) + parameters("text2image", {3, 64, 64}, 0) +
      parameters("wavegan", {1, 16384}, 0) +
      parameters("wavegan", {1, 8192}, 5, {{"cond", "true"}, {"ngf", "16"}, {"ndf", "16"}}) +
      parameters("video", {3, 16, 32, 32}, 0, video) +
      parameters("video", {3, 16, 32, 32}, 8, {{"cond", "true"}, {"ngf", "24"}, {"ndf", "16"}});
  const std::string path = golden("parameters.txt");
  if (remake()) std::ofstream(path) << found;
  std::ifstream file(path);
  std::stringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(found, expected.str());
}

}  // namespace
}  // namespace gannet
