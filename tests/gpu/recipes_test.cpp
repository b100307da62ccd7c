// On a GPU, which no other test needs: scripts/gpu/check.sh builds and runs this program. Each
// recipe against the CPU in float64, and runs that resume bit for bit.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "gannet/tensor/detail/device_draws.h"
#include "gannet/tensor/device.h"
#include "gannet/tensor/on_device.h"
#include "gannet/tensor/random.h"
#include "gannet/tensor/recording.h"
#include "support/recipe_training.h"
#include "support/runs.h"

namespace gannet::test {
namespace {

constexpr int64_t kSteps = 5, kReplayed = 12;
constexpr const char* kGpu = "cuda";

// Before anything asks libtorch for GPUs.
class OpenGpu : public testing::Environment {
  void SetUp() override { std::printf("%s\n", choose_device(kGpu).text().c_str()); }
};
const auto* const open_gpu = testing::AddGlobalTestEnvironment(new OpenGpu);

// The largest difference in units of the largest number.
double distance(const Tensor& a, const Tensor& b) {
  if (a.numel() == 0) return 0;
  const double size = std::max(1e-3, a.abs().max().item<double>());
  return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>() / size;
}

double largest(const Named& a, const Named& b) {
  double most = 0;
  for (size_t i = 0; i < a.size(); ++i) most = std::max(most, distance(a[i].second, b[i].second));
  return most;
}

class GpuRecipes : public testing::TestWithParam<RecipeCase> {};

TEST_P(GpuRecipes, FollowTheCpuInDoublePrecision) {
  const at::TensorOptions cpu(at::kDouble);
  const Trained a = train_case(GetParam(), {}, cpu, kSteps),
                b = train_case(GetParam(), {}, cpu.device(torch_device(kGpu)), kSteps);
  const double gradients = largest(a.first_gradients, b.first_gradients),
               tensors = largest(a.tensors, b.tensors), samples = distance(a.samples, b.samples);
  std::printf("| %s | %.1e | %.1e | %.1e |\n", GetParam().name.c_str(), gradients, tensors,
              samples);
  EXPECT_LT(gradients, 1e-8);
  EXPECT_LT(tensors, 1e-6);
  EXPECT_LT(samples, 1e-6);
  ASSERT_EQ(a.losses.size(), b.losses.size());
  for (size_t t = 0; t < a.losses.size(); ++t)
    for (size_t i = 0; i < a.losses[t].size(); ++i)
      EXPECT_NEAR(a.losses[t][i].second, b.losses[t][i].second,
                  1e-7 * (1 + std::abs(a.losses[t][i].second)))
          << a.losses[t][i].first;
}

// As graphs and operation by operation; in float32, as runs are.
TEST_P(GpuRecipes, ReplayTheirStepsWithTheSameBits) {
  const at::TensorOptions gpu = at::TensorOptions(at::kFloat).device(torch_device(kGpu));
  setenv("GANNET_GRAPHS", "0", 1);
  const Trained a = train_case(GetParam(), {}, gpu, kReplayed);
  unsetenv("GANNET_GRAPHS");
  const Trained b = train_case(GetParam(), {}, gpu, kReplayed);
  for (size_t i = 0; i < a.tensors.size(); ++i)
    EXPECT_TRUE(a.tensors[i].second.equal(b.tensors[i].second)) << a.tensors[i].first;
  EXPECT_EQ(a.losses, b.losses);
  if (!why_no_graphs().empty()) GTEST_SKIP() << why_no_graphs();
  if (!b.why_not_replayed.empty())
    std::printf("%s: not replayed: %s\n", GetParam().name.c_str(), b.why_not_replayed.c_str());
  const bool slices = GetParam().recipe == "wavegan" || GetParam().recipe == "video";
  EXPECT_EQ(b.why_not_replayed.empty(), !slices);
}

TEST(GpuDraws, AreTheCpus) {
  const at::TensorOptions gpu = at::TensorOptions(at::kFloat).device(torch_device(kGpu));
  const Address address{.seed = 5, .step = 3, .phase = 1};
  for (const int64_t row : {1, 3, 1000, 70001}) {
    EXPECT_TRUE(normal(address, 2, 5, {row}, gpu).cpu().equal(normal(address, 2, 5, {row}, {})));
    EXPECT_TRUE(uniform(address, 2, 5, {row}, gpu).cpu().equal(uniform(address, 2, 5, {row}, {})));
  }
  for (const int64_t below : {int64_t{1}, int64_t{10}, int64_t{4294967295}})
    EXPECT_TRUE(
        integers(address, 2, 500, below, gpu).cpu().equal(integers(address, 2, 500, below, {})));
  EXPECT_NE(draws_of(gpu.device()), nullptr) << "the CPU draws";
}

std::string word(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char c) { return !std::isalnum(c); }, '_');
  return text;
}

INSTANTIATE_TEST_SUITE_P(, GpuRecipes, testing::ValuesIn(kRecipeCases),
                         [](const auto& info) { return word(info.param.name); });

std::string data_of(const std::string& cfg) {
  return cfg == "vanilla" ? "ring-8" : cfg == "wavegan" ? "tones" : "shapes";
}

class GpuRuns : public RunTest, public testing::WithParamInterface<std::string> {
 protected:
  Config on_gpu(const std::string& desc) const {
    Config config = tiny(GetParam(), data_of(GetParam()));
    config.run.device = kGpu;
    config.run.desc = desc;
    config.options->kimg = 0.32;
    return config;
  }
  Path resumed(const std::string& desc, int64_t stop) {
    TestScreen screen;
    screen.stop_after = stop;
    try {
      return train(on_gpu(desc), screen);
    } catch (const Interrupted& stopped) {
      TestScreen again;
      return resume(stopped.where(), again);
    }
  }
};

TEST_P(GpuRuns, ResumeBitForBit) {
  TestScreen screen;
  const Path whole = train(on_gpu("whole"), screen);
  expect_same_run(whole, resumed("once", 7));
  expect_same_run(whole, resumed("again", 12));
}

INSTANTIATE_TEST_SUITE_P(, GpuRuns,
                         testing::Values("vanilla", "dcgan", "r3gan", "sngan", "wavegan"));

}  // namespace
}  // namespace gannet::test
