// Samples are the same bits whatever is drawn beside them, and drawing moves nothing.
#include "gannet/models/sampling.h"

#include <gtest/gtest.h>

#include "support/tiny_gan.h"

namespace gannet {
namespace {

using test::TinyGan;

const Address kDraws{.seed = 4, .purpose = Purpose::sample};
const at::TensorOptions kFloat = at::TensorOptions().dtype(at::kFloat);

// A Gan whose generator also takes a vector and drops values at any time.
class Conditional : public Gan {
 public:
  explicit Conditional(at::TensorOptions tensor) : Gan({.seed = 1, .tensor = tensor}) {
    NetSpec G("G", {3});
    G.input("attributes", {2})
        .concat("x")
        .dense(33)
        .batch_norm()
        .relu()
        .dropout(0.3, /*always=*/true);
    add(G.dense(17), {.ema = true});
  }
  std::vector<Phase> phases() override { return {}; }
  Shape latent() const override { return {3}; }
};

TEST(Samples, AreTheSameBitsWhateverIsDrawnBesideThem) {
  Conditional gan(kFloat);
  const Tensor z = gan.latents(kDraws, 0, 75), v = test::numbers("v", {75, 2}).to(at::kFloat);
  const Tensor whole = draw_samples(gan, z, {.attributes = v}, kDraws);
  ASSERT_EQ(whole.sizes().vec(), (Shape{75, 17}));
  for (const auto& [from, to] : {std::pair{0, 1}, {5, 12}, {31, 33}, {64, 75}, {40, 75}})
    EXPECT_TRUE(test::same(whole.slice(0, from, to),
                           draw_samples(gan, z.slice(0, from, to),
                                        {.attributes = v.slice(0, from, to)}, kDraws, from)))
        << from << " to " << to;
}

TEST(Samples, OfASeedAreTheSameBitsInAnyCompany) {
  Conditional gan(kFloat);
  const Tensor z = gan.latents(kDraws, 0, 40), v = test::numbers("v", {40, 2}).to(at::kFloat);
  std::vector<uint64_t> seeds(40);
  for (size_t i = 0; i < seeds.size(); ++i) seeds[i] = 100 + i;
  const Tensor whole = draw_samples(gan, z, {.attributes = v}, kDraws, 0, seeds);
  const auto one = [&](uint64_t seed) {
    return draw_samples(gan, z.slice(0, 35, 36), {.attributes = v.slice(0, 35, 36)}, kDraws, 0,
                        std::vector<uint64_t>{seed})[0];
  };
  EXPECT_TRUE(test::same(whole[35], one(135)));
  EXPECT_FALSE(test::same(whole[35], one(136)));
}

// Reads its latent and its vector at 4x4 and at 8x8.
class Styled : public Gan {
 public:
  Styled() : Gan({.seed = 1, .tensor = kFloat}) {
    NetSpec G("G", {3});
    G.input("attributes", {2}).concat("x").mark("w").dense({16, 4, 4}).modulate("w");
    add(G.conv_transpose(16).modulate("w").conv(3, 3), {.ema = true});
  }
  std::vector<Phase> phases() override { return {}; }
  Shape latent() const override { return {3}; }
};

TEST(Samples, MixedOnesAreTheSameBitsInAnyCompanyAndTheirsWhereTheStylesAgree) {
  Styled gan;
  const Tensor z = gan.latents(kDraws, 0, 40), v = test::numbers("v", {40, 2}).to(at::kFloat);
  const std::vector<uint64_t> seeds(40, 7);
  const FineStyle other{z.flip(0), {.attributes = v.flip(0)}, 8}, own{z, {.attributes = v}, 8};
  const Tensor whole = draw_mixed_samples(gan, z, {.attributes = v}, other, kDraws, seeds),
               plain = draw_samples(gan, z, {.attributes = v}, kDraws, 0, seeds);
  EXPECT_TRUE(test::same(plain, draw_mixed_samples(gan, z, {.attributes = v}, own, kDraws, seeds)));
  EXPECT_FALSE(test::same(whole[3], plain[3]));
  const Tensor some = draw_mixed_samples(
      gan, z.slice(0, 33, 36), {.attributes = v.slice(0, 33, 36)},
      {other.z.slice(0, 33, 36), {.attributes = other.condition.attributes.slice(0, 33, 36)}, 8},
      kDraws, std::vector<uint64_t>(3, 7));
  EXPECT_TRUE(test::same(whole.slice(0, 33, 36), some));
}

TEST(Samples, ComeFromTheAverageAndMoveNothing) {
  TinyGan gan(test::tiny_options(), nullptr, true, kFloat);
  gan.net("G").parameters.fill_(0);
  const Tensor z = gan.latents(kDraws, 0, 5), state = gan.net("G_ema").state.clone();
  const Tensor x = draw_samples(gan, z, {}, kDraws);
  EXPECT_GT(x.abs().max().item<double>(), 0);
  EXPECT_FALSE(x.requires_grad());
  EXPECT_TRUE(test::same(gan.net("G_ema").state, state));
}

}  // namespace
}  // namespace gannet
