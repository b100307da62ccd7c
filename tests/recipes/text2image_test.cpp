// text2image: that it learns what sentences say, and what each player learns from.
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "gannet/base/error.h"
#include "gannet/models/sampling.h"
#include "gannet/recipes/recipes.h"
#include "gannet/training/trainer.h"
#include "support/memory_dataset.h"

namespace gannet {
namespace {

// Grey images whose tone (token 2: dark, 3: light) is told at one of two places, beside words
// that mean nothing.
std::shared_ptr<test::MemoryDataset> tones() {
  return std::make_shared<test::MemoryDataset>(
      test::with_sentences(test::data_info({1, 28, 28})), 64, [](int64_t i, Sample& s) {
        const int64_t tone = i & 1;
        s.tokens = {6 + (i >> 2) % 3, 2 + tone, 4 + (i >> 3) % 2, 1, 0, 0};
        if (i & 2) std::swap(s.tokens[0], s.tokens[1]);
        std::ranges::fill(s.values, tone ? 0.6f : -0.6f);
      });
}

std::unique_ptr<Options> small_options() {
  std::unique_ptr<Options> o = find_recipe("text2image").options();
  o->nz = 4;
  o->ngf = o->ndf = 4;
  o->batch = 16;
  o->ema = 0.1;
  set_field(*o, "text-width", "8");
  set_field(*o, "text-heads", "2");
  return o;
}

std::unique_ptr<Gan> made(const Options& o, const DatasetInfo& data) {
  return make_gan(find_recipe("text2image"), o, data, {.seed = o.seed});
}

void train(Gan& gan, const Options& o, std::shared_ptr<const Dataset> data) {
  Loader loader(std::move(data), {.seed = o.seed, .batch = o.batch});
  Observer nobody;
  Trainer(gan, loader, o).train(nobody);
}

// The mean of 32 images for a sentence.
double tone(Gan& gan, const std::vector<int64_t>& sentence) {
  const Address address{.seed = 3, .purpose = Purpose::sample};
  const Tensor tokens = at::tensor(sentence, at::kLong).unsqueeze(0).expand({32, 6});
  return draw_samples(gan, gan.latents(address, 0, 32), {.tokens = tokens.contiguous()}, address)
      .mean()
      .item<double>();
}

TEST(Text2image, DrawsWhatASentenceSays) {
  const auto o = small_options();
  o->kimg = 4.8;
  o->ngf = o->ndf = 8;
  set_field(*o, "text-width", "16");
  const auto data = tones();
  const auto gan = made(*o, data->info());
  train(*gan, *o, data);
  for (const std::vector<int64_t>& dark :
       std::vector<std::vector<int64_t>>{{6, 2, 4, 1, 0, 0}, {2, 7, 5, 1, 0, 0}}) {
    std::vector<int64_t> light = dark;
    std::ranges::replace(light, 2, 3);
    EXPECT_LT(tone(*gan, dark), -0.2);
    EXPECT_GT(tone(*gan, light), 0.2);
  }
}

TEST(Text2image, PaddingIsNotRead) {
  const auto o = small_options();
  const auto gan = made(*o, tones()->info());
  Net& E = gan->net("E");
  const Tensor said = at::tensor(std::vector<int64_t>{3, 5, 1, 0, 0, 0}, at::kLong).unsqueeze(0);
  const Tensor shorter = at::tensor(std::vector<int64_t>{3, 1, 0, 0, 0, 0}, at::kLong).unsqueeze(0);
  EXPECT_FALSE(test::same(E(said).main, E(shorter).main));
  Tensor& weights = E.parameters;
  const Tensor before = E(said).main.clone();
  for (const Slot& slot : E.slots())  // what padding is embedded as, and where it stands
    if (slot.name == "embedding1.weight")
      Net::view(weights, slot)[0].fill_(5);
    else if (slot.name == "positional_embedding1.weight")
      Net::view(weights, slot).narrow(0, 3, 3).fill_(7);
  EXPECT_TRUE(test::same(E(said).main, before));
}

TEST(Text2image, TheEncoderLearnsFromRealImagesOnly) {
  const auto o = small_options();
  o->glr = 0;
  o->kimg = 0.16;
  const auto data = tones();
  const auto learns = made(*o, data->info());
  const Tensor before = learns->net("E").parameters.clone();
  train(*learns, *o, data);
  EXPECT_FALSE(test::same(learns->net("E").parameters, before));
  // Other latents, hence other fakes, leave what E learns in the first step unchanged.
  const auto first_step = [&](double z) {
    const auto one = small_options();
    one->kimg = 0.016;
    const auto gan = made(*one, data->info());
    gan->net("G").parameters.mul_(z);
    train(*gan, *one, data);
    return gan->net("E").parameters.clone();
  };
  EXPECT_TRUE(test::same(first_step(1), first_step(0.5)));
}

TEST(Text2image, LeavesOutTheOptionsThatItsGameDoesNotHave) {
  const auto o = small_options();
  for (const char* name : {"pack", "gp", "r1", "gamma", "topk", "clip", "feature-matching"})
    EXPECT_THROW(set_field(*o, name, "2"), UsageError) << name;
  for (const char* name : {"loss", "aug", "noise", "smooth", "lr-end", "ma-gp"})
    EXPECT_TRUE(to_json(*o).contains(name)) << name;
}

}  // namespace
}  // namespace gannet
