// Each recipe on the strict device: the CPU's bits, no operation that mixes devices, and no step
// that waits for a value.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "device/strict_device.h"
#include "gannet/models/sampling.h"
#include "gannet/recipes/recipes.h"
#include "gannet/training/trainer.h"
#include "support/recipe_cases.h"

namespace gannet {
namespace {

constexpr int64_t kSteps = 4;

// What a training left: its tensors, its losses, and samples, on the CPU.
struct Trained {
  std::vector<std::pair<std::string, Tensor>> tensors;
  std::vector<std::vector<std::pair<std::string, double>>> losses;
  Tensor samples;
  std::map<std::string, int> waits;  // in the steps, without their ends
};

struct Keep : Observer {
  Trained& into;
  explicit Keep(Trained& trained) : into(trained) {}
  bool on_step(const Trainer& trainer) override {
    const auto waits = test::take_waits();
    if (!trainer.ends_tick(trainer.step()))
      for (const auto& [name, n] : waits) into.waits[name] += n;
    return true;
  }
  void on_tick(const Trainer&, const Tick& tick) override { into.losses.push_back(tick.loss); }
};

Tensor on_cpu(const Tensor& x) { return x.to(at::kCPU).clone(); }

using OptionTexts = std::vector<std::pair<std::string, std::string>>;

std::unique_ptr<Options> options_of(const test::RecipeCase& c, const OptionTexts& more) {
  auto o = find_recipe(c.recipe).options();
  for (const OptionTexts* list : {&c.options, &more})
    for (const auto& [name, text] : *list) set_field(*o, name, text);
  o->batch = 8;
  o->tick = 0.016;
  o->kimg = 0.008 * kSteps;
  return o;
}

Trained trained(const test::RecipeCase& c, const OptionTexts& more,
                const at::TensorOptions& tensor) {
  const auto o = options_of(c, more);
  const DatasetInfo info = test::shape_of(c.recipe, c.dims, c.classes, c.image);
  const auto gan = find_recipe(c.recipe).make(*o, info, {.seed = o->seed, .tensor = tensor});
  const auto data = std::make_shared<test::MemoryDataset>(
      info, 60, [&c](int64_t index, Sample& into) { test::give_image(c.image, index, into); });
  Loader loader(data, {.seed = o->seed, .batch = 8 / o->accumulate});
  Trained result;
  Keep keep(result);
  Trainer trainer(*gan, loader, *o);
  (void)test::take_waits();
  trainer.train(keep);
  for (const auto& [name, x] : trainer.tensors()) result.tensors.emplace_back(name, on_cpu(x));

  const Address draws{.seed = 3, .purpose = Purpose::grid};
  const Condition given = slice(loader.get(0).cond, 0, 4).map([&](const Tensor& x) {
    return x.is_floating_point() ? x.to(tensor) : x.to(tensor.device());
  });
  const Condition condition =
      replaced(given, gan->conditions(gan->condition_info(info), draws, 0, 4));
  result.samples = on_cpu(draw_samples(*gan, gan->latents(draws, 0, 4), condition, draws));
  return result;
}

// ATen has group norm's gradient in another memory format on devices other than the CPU: its sums
// are in another order.
bool sums_differ(const Options& options) {
  for (const FieldText& field : list_fields(const_cast<Options&>(options)))
    if (field.name == "d-norm" && field.value == "layer" && options.gp > 0) return true;
  return false;
}

bool same(const Tensor& a, const Tensor& b, bool to_rounding) {
  return a.equal(b) || (to_rounding && a.allclose(b, 1e-9, 1e-9));
}

void expect_same(const test::RecipeCase& c, const OptionTexts& more = {}) {
  const bool to_rounding = sums_differ(*options_of(c, more));
  const at::TensorOptions cpu(to_rounding ? at::kDouble : at::kFloat);
  const Trained a = trained(c, more, cpu),
                b = trained(c, more, cpu.device(at::Device(test::kStrictDevice)));
  ASSERT_EQ(a.tensors.size(), b.tensors.size());
  for (size_t i = 0; i < a.tensors.size(); ++i)
    EXPECT_TRUE(same(a.tensors[i].second, b.tensors[i].second, to_rounding)) << a.tensors[i].first;
  EXPECT_TRUE(same(a.samples, b.samples, to_rounding));
  if (!to_rounding) {
    EXPECT_EQ(a.losses, b.losses);
  }
  for (const auto& [name, n] : b.waits) ADD_FAILURE() << n << " waits for " << name;
}

class DeviceRecipes : public testing::TestWithParam<test::RecipeCase> {};

TEST_P(DeviceRecipes, TrainAndSampleAsOnTheCpu) { expect_same(GetParam()); }

std::string word(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char c) { return !std::isalnum(c); }, '_');
  return text;
}

INSTANTIATE_TEST_SUITE_P(, DeviceRecipes, testing::ValuesIn(test::kRecipeCases),
                         [](const auto& info) { return word(info.param.name); });

// Options whose code no recipe above runs.
const std::vector<OptionTexts> kOptions = {
    {{"aug", "color,translation,cutout,mirror"}, {"noise", "0.1"}, {"pack", "2"}, {"mbstd", "4"}},
    {{"pool", "6"}, {"loss", "lsgan"}, {"smooth", "0.1"}},
    {{"accumulate", "2"}, {"topk", "0.5"}, {"n-gen", "2"}},
    {{"r1", "1"}, {"r2", "1"}, {"r1-every", "2"}, {"d-norm", "none"}, {"loss", "rpgan"}},
    {{"gp", "1"}, {"dragan", "1"}, {"d-norm", "none"}, {"loss", "wgan"}, {"n-critic", "2"}},
    {{"clip", "0.1"}, {"lecam", "0.1"}, {"cr", "1"}, {"aug", "translation"}, {"d-norm", "none"}},
    {{"ortho", "0.01"}, {"feature-matching", "1"}, {"gradient-ratio", "0.5"}},
    {{"d-norm", "layer"}, {"loss", "ragan"}, {"lr-end", "0"}, {"b2-end", "0.9"}},
    {{"d-norm", "instance"}, {"optimizer", "sgd"}, {"ema", "0"}},
};

class DeviceOptions : public testing::TestWithParam<OptionTexts> {};

TEST_P(DeviceOptions, TrainAsOnTheCpu) {
  expect_same({"dcgan", "dcgan", {1, 28, 28}, 0, {{"ngf", "8"}, {"ndf", "8"}}}, GetParam());
}

INSTANTIATE_TEST_SUITE_P(, DeviceOptions, testing::ValuesIn(kOptions), [](const auto& info) {
  std::string name = info.param[0].first;
  name.append("_").append(info.param[0].second);
  return word(name);
});

TEST(DevicePathLengths, AreAsOnTheCpu) {
  expect_same({"r3gan", "r3gan", {2}, 0, {{"ngf", "8"}, {"ndf", "8"}, {"pl", "1"}}});
}

}  // namespace
}  // namespace gannet
