// Each recipe on the strict device: the CPU's bits, no operation that mixes devices, and no step
// that waits for a value.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "device/strict_device.h"
#include "support/recipe_training.h"

namespace gannet::test {
namespace {

constexpr int64_t kSteps = 4;
constexpr int64_t kReplayed = 10;  // the first two steps of a kind are not

// ATen has group norm's gradient in another memory format on devices other than the CPU: its sums
// are in another order. So is the sum of the three gradients of a D with two spectra (two summands
// have but one order).
bool sums_differ(const Options& options) {
  for (const FieldText& field : list_fields(const_cast<Options&>(options)))
    if ((field.name == "d-norm" && field.value == "layer" && options.gp > 0) ||
        (field.name == "long-spectrum" && field.value != "0"))
      return true;
  return false;
}

bool same(const Tensor& a, const Tensor& b, bool to_rounding) {
  return a.equal(b) || (to_rounding && a.allclose(b, 1e-9, 1e-9));
}

// Why the device's steps were not replayed, where it has graphs.
std::string expect_same(const RecipeCase& c, const OptionTexts& more = {}, int64_t steps = kSteps) {
  const bool to_rounding = sums_differ(*case_options(c, more, steps));
  const at::TensorOptions cpu(to_rounding ? at::kDouble : at::kFloat);
  const Trained a = train_case(c, more, cpu, steps);
  std::map<std::string, int> waits;
  const AfterStep count_waits = [&](bool tick) {
    for (const auto& [name, n] : take_waits())
      if (!tick) waits[name] += n;
  };
  const Trained b = train_case(c, more, cpu.device(at::Device(kStrictDevice)), steps, count_waits);
  for (const auto part : {&Trained::tensors, &Trained::first_gradients}) {
    EXPECT_EQ((a.*part).size(), (b.*part).size());
    for (size_t i = 0; i < std::min((a.*part).size(), (b.*part).size()); ++i)
      EXPECT_TRUE(same((a.*part)[i].second, (b.*part)[i].second, to_rounding))
          << (a.*part)[i].first;
  }
  EXPECT_TRUE(same(a.samples, b.samples, to_rounding));
  if (!to_rounding) {
    EXPECT_EQ(a.losses, b.losses);
  }
  for (const auto& [name, n] : waits) ADD_FAILURE() << n << " waits for " << name;
  return b.why_not_replayed;
}

class DeviceRecipes : public testing::TestWithParam<RecipeCase> {};

TEST_P(DeviceRecipes, TrainAndSampleAsOnTheCpu) { expect_same(GetParam()); }

// What takes something else from the host at each step cannot be replayed: choices of the image
// pool, random slices.
TEST_P(DeviceRecipes, ReplayTheirStepsWithTheSameResult) {
  const StrictGraphs graphs;
  const std::string why_not = expect_same(GetParam(), {}, kReplayed);
  const bool slices = GetParam().recipe == "wavegan" || GetParam().recipe == "video";
  EXPECT_EQ(why_not, slices ? "random integers" : "");
  EXPECT_EQ(StrictGraphs::replayed > 0, why_not.empty());
}

std::string word(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char c) { return !std::isalnum(c); }, '_');
  return text;
}

INSTANTIATE_TEST_SUITE_P(, DeviceRecipes, testing::ValuesIn(kRecipeCases),
                         [](const auto& info) { return word(info.param.name); });

// Options whose code no recipe above runs.
const std::vector<OptionTexts> kOptions = {
    {{"aug", "color,translation,cutout,mirror"}, {"noise", "0.1"}, {"pack", "2"}, {"mbstd", "4"}},
    {{"pool", "6"}, {"loss", "lsgan"}, {"smooth", "0.1"}},
    {{"accumulate", "2"}, {"n-gen", "2"}},
    {{"r1", "1"}, {"r2", "1"}, {"r1-every", "2"}, {"d-norm", "none"}, {"loss", "rpgan"}},
    {{"gp", "1"}, {"dragan", "1"}, {"d-norm", "none"}, {"loss", "wgan"}, {"n-critic", "2"}},
    {{"clip", "0.1"}, {"lecam", "0.1"}, {"cr", "1"}, {"aug", "translation"}, {"d-norm", "none"}},
    {{"ortho", "0.01"}, {"feature-matching", "1"}, {"gradient-ratio", "0.5"}},
    {{"d-norm", "layer"}, {"loss", "ragan"}, {"lr-end", "0"}, {"b2-end", "0.9"}},
    {{"d-norm", "instance"}, {"optimizer", "sgd"}, {"ema", "0"}},
    {{"noise", "0.2"}, {"noise-end", "0"}, {"burn-in", "0.04"}, {"topk", "0.5"}},
    {{"gamma-end", "0.1"}, {"r1", "1"}, {"burn-in", "0.06"}, {"d-norm", "none"}, {"r1-every", "2"}},
};

class DeviceOptions : public testing::TestWithParam<OptionTexts> {};

TEST_P(DeviceOptions, TrainAsOnTheCpu) {
  expect_same({"dcgan", "dcgan", {1, 28, 28}, 0, {{"ngf", "8"}, {"ndf", "8"}}}, GetParam());
}

TEST_P(DeviceOptions, ReplayTheirStepsWithTheSameResult) {
  const StrictGraphs graphs;
  const std::string why_not = expect_same(
      {"dcgan", "dcgan", {1, 28, 28}, 0, {{"ngf", "8"}, {"ndf", "8"}}}, GetParam(), kReplayed);
  EXPECT_EQ(why_not, GetParam()[0].first == "pool" ? "choices of the image pool" : "");
  EXPECT_EQ(StrictGraphs::replayed > 0, why_not.empty());
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
}  // namespace gannet::test
