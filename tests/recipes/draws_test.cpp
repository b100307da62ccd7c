// No two uses of random numbers read the same bits: all draws of some training steps of recipes
// with their options on, each address by the line of code that draws there.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "gannet/recipes/recipes.h"
#include "gannet/tensor/random.h"
#include "gannet/training/trainer.h"
#include "support/memory_dataset.h"

namespace gannet {
namespace {

// Lines that draw, by address; of an address with more than one, "LINE and LINE".
std::vector<std::string> shared_addresses(const std::vector<DrawRecorder::Draw>& draws) {
  std::map<std::tuple<uint64_t, uint32_t, uint32_t>, std::set<std::string>> lines;
  for (const DrawRecorder::Draw& d : draws)
    lines[{d.address.seed, d.address.step, d.address.stream()}].insert(
        std::string(d.where.file_name()) + ":" + std::to_string(d.where.line()));
  std::vector<std::string> shared;
  for (const auto& [address, of] : lines)
    if (of.size() > 1) shared.push_back(*of.begin() + " and " + *of.rbegin());
  return shared;
}

struct Case {
  std::string recipe;
  Shape dims;
  int64_t classes;
  std::vector<std::pair<std::string, std::string>> options;
  std::vector<Purpose> purposes;  // that are drawn for
  Shape image = {};
};

const std::vector<Case> kCases = {
    {"vanilla",
     {1, 8, 8},
     0,
     {{"aug", "color,translation"},
      {"noise", "0.1"},
      {"pool", "6"},
      {"r1", "1"},
      {"r2", "1"},
      {"gp", "1"},
      {"dragan", "1"},
      {"cr", "1"},
      {"pl", "1"},
      {"lecam", "1"},
      {"ortho", "0.1"},
      {"feature-matching", "1"},
      {"n-critic", "2"},
      {"n-gen", "2"},
      {"r1-every", "2"},
      {"loss", "rpgan"}},
     {Purpose::latent, Purpose::augment_real, Purpose::augment_fake, Purpose::instance_noise_real,
      Purpose::instance_noise_fake, Purpose::image_pool, Purpose::gp_interpolation,
      Purpose::dragan_noise, Purpose::consistency_augment, Purpose::path_length_direction}},
    {"cgan",
     {1, 8, 8},
     4,
     {{"arch", "mlp"},
      {"ngf", "8"},
      {"ndf", "8"},
      {"noise", "0.1"},
      {"gp", "1"},
      {"cr", "1"},
      {"pl", "1"}},
     {Purpose::dropout, Purpose::gp_interpolation, Purpose::path_length_direction}},
    {"infogan",
     {1, 28, 28},
     0,
     {{"ngf", "4"}, {"ndf", "4"}, {"aug", "cutout"}, {"noise", "0.1"}, {"pool", "6"}, {"cr", "1"}},
     {Purpose::noise, Purpose::image_pool}},
    {"r3gan",
     {1, 28, 28},
     4,
     {{"ngf", "4"},
      {"ndf", "4"},
      {"cond", "true"},
      {"gp", "1"},
      {"dragan", "1"},
      {"cr", "1"},
      {"pl", "1"}},
     {Purpose::gp_interpolation}},
    {"wavegan",
     {1, 256},
     0,
     {{"ngf", "4"}, {"ndf", "4"}, {"noise", "0.1"}, {"pool", "6"}, {"dragan", "1"}},
     {Purpose::noise, Purpose::gp_interpolation}},
    {"video",
     {1, 8, 32, 32},
     0,
     {{"ngf", "2"}, {"ndf", "2"}, {"noise", "0.1"}, {"pool", "6"}, {"gp", "1"}, {"dragan", "1"}},
     {Purpose::noise, Purpose::dragan_noise}},
    {"pix2pix",
     {3, 16, 16},
     0,
     {{"ngf", "4"},
      {"ndf", "4"},
      {"patch", "16"},
      {"g-norm", "batch"},
      {"d-norm", "batch"},
      {"aug", "mirror"},
      {"noise", "0.1"},
      {"pool", "6"}},
     {Purpose::dropout, Purpose::image_pool},
     {1, 16, 16}},
    {"text2image",
     {3, 32, 32},
     0,
     {{"ngf", "4"}, {"ndf", "4"}, {"text-width", "8"}, {"aug", "color"}, {"noise", "0.1"}},
     {Purpose::latent, Purpose::instance_noise_real}},
    {"vae", {1, 28, 28}, 0, {{"ngf", "4"}, {"ndf", "4"}}, {Purpose::latent}},
};

void fill_input_image(const Shape& image, int64_t index, Sample& into) {
  into.input_image.resize(static_cast<size_t>(count(image)));
  for (size_t k = 0; k < into.input_image.size(); ++k)
    into.input_image[k] = static_cast<float>(test::number(test::hash("image"), index + k));
}

std::vector<DrawRecorder::Draw> draws_of_training(const Case& c) {
  const Recipe& recipe = find_recipe(c.recipe);
  const auto o = recipe.options();
  for (const auto& [name, text] : c.options) set_field(*o, name, text);
  o->batch = 4;
  o->kimg = 0.016;  // four steps
  DatasetInfo info = test::data_info(c.dims, c.classes);
  info.input_image = c.image;
  if (c.recipe == "text2image") info = test::with_sentences(info);
  const auto gan = recipe.make(*o, info, {.seed = o->seed});
  const auto data = std::make_shared<test::MemoryDataset>(
      info, 20, [&c](int64_t index, Sample& into) { fill_input_image(c.image, index, into); });
  Loader loader(data, {.seed = o->seed, .batch = 4});
  Observer nobody;
  DrawRecorder recorder;
  Trainer(*gan, loader, *o).train(nobody);
  return recorder.draws;
}

TEST(Draws, OfATrainingStepShareNoAddress) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.recipe);
    const auto draws = draws_of_training(c);
    for (const std::string& lines : shared_addresses(draws)) ADD_FAILURE() << lines;
    std::set<Purpose> found;
    for (const DrawRecorder::Draw& d : draws) found.insert(d.address.purpose);
    for (const Purpose purpose : c.purposes)
      EXPECT_TRUE(found.contains(purpose)) << static_cast<uint32_t>(purpose);
  }
}

TEST(Draws, OfLatentsAndConditionsOfSamplesShareNoAddress) {
  for (const char* name : {"cgan", "infogan"}) {
    const Recipe& recipe = find_recipe(name);
    const auto o = recipe.options();
    o->ngf = o->ndf = 4;
    const DatasetInfo info = test::data_info({1, 28, 28}, 4);
    const auto gan = recipe.make(*o, info, {});
    DrawRecorder recorder;
    const Address address{.seed = 3, .purpose = Purpose::grid};
    gan->latents(address, 0, 4);
    gan->conditions(gan->condition_info(info), address, 0, 4);
    EXPECT_GE(recorder.draws.size(), 2u);
    for (const std::string& lines : shared_addresses(recorder.draws)) ADD_FAILURE() << lines;
  }
}

TEST(Draws, ThatShareAnAddressAreFound) {
  DrawRecorder recorder;
  const Address address{.seed = 3, .purpose = Purpose::noise};
  for (int i = 0; i < 2; ++i) normal(address, 0, 2, {2}, at::kFloat);
  EXPECT_TRUE(shared_addresses(recorder.draws).empty()) << "the same use again";
  uniform(address, 0, 2, {1}, at::kFloat);
  EXPECT_EQ(shared_addresses(recorder.draws).size(), 1u);
}

}  // namespace
}  // namespace gannet
