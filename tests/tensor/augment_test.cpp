// Augmentations by their draws: what moves where, by hand; and gradients by finite differences.
#include "gannet/tensor/augment.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <gtest/gtest.h>

#include "gannet/base/error.h"
#include "support/numbers.h"

namespace gannet {
namespace {

using test::numbers;

const auto kDouble = at::TensorOptions().dtype(at::kDouble);

// u [1, kAugmentDraws], a half everywhere but at `place`.
Tensor draws(int64_t place, double value) {
  Tensor u = at::full({1, kAugmentDraws}, 0.5, kDouble);
  u[0][place] = value;
  return u;
}

Tensor image(int64_t channels, int64_t side) {
  return (at::arange(channels * side * side, kDouble) + 1).reshape({1, channels, side, side});
}

TEST(Augmentation, IsParsedFromItsParts) {
  EXPECT_FALSE(parse_augmentation("none").any());
  const Augmentation two = parse_augmentation("color,cutout");
  EXPECT_TRUE(two.color && two.cutout && !two.translation && !two.mirror);
  try {
    parse_augmentation("color,translatoin");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_EQ(error.where(), "--aug translatoin");
    EXPECT_EQ(error.hint(), "did you mean translation?");
  }
}

TEST(Augmentation, IsNothingWithoutParts) {
  const Tensor x = image(2, 4);
  EXPECT_TRUE(augmented(x, {}, draws(0, 0.3)).equal(x));
}

TEST(Colour, ShiftsBrightnessAndKeepsItWhereTheDrawsAreInTheMiddle) {
  const Tensor x = image(3, 4);
  // Middle: brightness + 0, saturation 1, contrast 1.
  EXPECT_TRUE(augmented(x, {.color = true}, draws(0, 0.5)).allclose(x));
  EXPECT_TRUE(augmented(x, {.color = true}, draws(0, 0.75)).allclose(x + 0.25));
  const Tensor grey = augmented(x, {.color = true}, draws(1, 0));  // no saturation
  EXPECT_TRUE(grey.select(1, 0).allclose(grey.select(1, 2)));
  const Tensor flat = augmented(x, {.color = true}, draws(2, 0));  // half the contrast
  EXPECT_TRUE(flat.allclose((x - x.mean()) * 0.5 + x.mean()));
}

TEST(Translation, MovesUpToAnEighthAndLeavesZerosBehind) {
  const Tensor x = image(1, 16);  // reach: 2
  const Tensor least = augmented(x, {.translation = true}, draws(3, 0));
  EXPECT_TRUE(least.slice(2, 2).equal(x.slice(2, 0, 14)));
  EXPECT_EQ(least.slice(2, 0, 2).abs().sum().item<double>(), 0);
  const Tensor most = augmented(x, {.translation = true}, draws(4, 0.999));
  EXPECT_TRUE(most.slice(3, 0, 14).equal(x.slice(3, 2)));
  EXPECT_EQ(most.slice(3, 14).abs().sum().item<double>(), 0);
  EXPECT_TRUE(augmented(x, {.translation = true}, draws(0, 0.1)).equal(x))
      << "the middle is no shift";
}

TEST(Cutout, TakesARectangleOfHalfTheSide) {
  const Tensor x = at::ones({1, 2, 8, 8}, kDouble);
  const Tensor y = augmented(x, {.cutout = true}, draws(0, 0.5));  // its middle is at 4
  EXPECT_EQ((x - y).sum().item<double>(), 2 * 4 * 4);
  EXPECT_EQ(y[0][1][2][2].item<double>(), 0);
  EXPECT_EQ(y[0][1][5][5].item<double>(), 0);
  EXPECT_EQ(y[0][1][6][6].item<double>(), 1);
  const Tensor corner = augmented(x, {.cutout = true}, draws(5, 0));  // rows -2 to 1
  EXPECT_EQ((x - corner).sum().item<double>(), 2 * 2 * 4);
}

TEST(Mirror, SwapsLeftAndRightForHalfOfTheDraws) {
  const Tensor x = image(1, 4);
  EXPECT_TRUE(augmented(x, {.mirror = true}, draws(7, 0.4)).equal(x.flip({3})));
  EXPECT_TRUE(augmented(x, {.mirror = true}, draws(7, 0.5)).equal(x));
}

TEST(Audio, IsMovedCutAndMadeLouder) {
  const Tensor x = (at::arange(16, kDouble) + 1).reshape({1, 1, 16});
  const Tensor later = augmented(x, {.translation = true}, draws(4, 0));
  EXPECT_TRUE(later.slice(2, 2).equal(x.slice(2, 0, 14)));
  EXPECT_EQ(later.slice(2, 0, 2).abs().sum().item<double>(), 0);
  const Tensor cut = augmented(x, {.cutout = true}, draws(0, 0.5));
  EXPECT_EQ((cut == 0).sum().item<int64_t>(), 8);
  EXPECT_TRUE(augmented(x, {.color = true}, draws(0, 0)).allclose(x / 2));
  EXPECT_TRUE(augmented(x, {.mirror = true}, draws(7, 0.4)).equal(-x));
  test::expect_gradients(
      [&](const std::vector<Tensor>& in) {
        return augmented(in[0], parse_augmentation("color,translation,cutout,mirror"), draws(4, 0));
      },
      {x});
}

TEST(Augmentation, TakesEachImageByItsOwnDraws) {
  const Augmentation all = parse_augmentation("color,translation,cutout,mirror");
  const Tensor x = numbers("pictures", {3, 2, 9, 9}),
               u = numbers("u", {3, kAugmentDraws}, 0.5, 0.5);
  const Tensor together = augmented(x, all, u);
  for (int64_t i = 0; i < 3; ++i)
    EXPECT_TRUE(together.slice(0, i, i + 1)
                    .equal(augmented(x.slice(0, i, i + 1), all, u.slice(0, i, i + 1))));
}

TEST(Augmentation, GradientsAreThoseOfFiniteDifferences) {
  const Tensor u = numbers("u", {2, kAugmentDraws}, 0.5, 0.5);
  test::expect_gradients(
      [&](const std::vector<Tensor>& x) {
        return augmented(x[0], parse_augmentation("color,translation,cutout,mirror"), u);
      },
      {numbers("pictures", {2, 2, 6, 6})});
}

TEST(Augmentation, IsForImagesAndAudio) {
  EXPECT_THROW(
      augmented(numbers("points", {2, 3}), {.color = true}, numbers("u", {2, kAugmentDraws})),
      Error);
}

}  // namespace
}  // namespace gannet
