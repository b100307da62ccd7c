// Tiles give what the whole gives, wherever the cuts fall.
#include "gannet/tensor/tiles.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/pixel_shuffle.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "support/numbers.h"

namespace gannet {
namespace {

// Two 5x5 convolutions, then twice the side: reaches 4 pixels.
Tensor twice(const Tensor& image) {
  const Tensor first =
      at::conv2d(image.unsqueeze(0), test::numbers("a", {3, 2, 5, 5}), {}, {1, 1}, {2, 2});
  return at::pixel_shuffle(
      at::conv2d(first.tanh(), test::numbers("b", {4, 3, 5, 5}), {}, {1, 1}, {2, 2}), 2)[0];
}

TEST(Tiles, GiveWhatTheWholeGives) {
  const Tensor image = test::numbers("picture", {2, 23, 31});
  const Tensor whole = twice(image);
  for (const int64_t side : {1, 4, 7, 16, 23, 100}) {
    SCOPED_TRACE(side);
    const Tensor tiled = apply_in_tiles(image, side, 4, 2, twice);
    EXPECT_EQ(tiled.sizes().vec(), (Shape{1, 46, 62}));
    EXPECT_LT(test::largest_difference(tiled, whole), 1e-12);
  }
}

TEST(Tiles, ShowSeamsWhereTheReachIsTooShort) {
  const Tensor image = test::numbers("picture", {2, 23, 31});
  EXPECT_GT(test::largest_difference(apply_in_tiles(image, 7, 1, 2, twice), twice(image)), 1e-3);
}

TEST(Tiles, AreNeverLargerThanAsked) {
  int64_t most = 0;
  apply_in_tiles(test::numbers("picture", {2, 50, 40}), 8, 3, 1, [&](const Tensor& tile) {
    most = std::max({most, tile.size(1), tile.size(2)});
    return tile;
  });
  EXPECT_EQ(most, 8 + 2 * 3);
}

TEST(Tiles, RefuseSenselessSizes) {
  EXPECT_THROW(apply_in_tiles(test::numbers("picture", {2, 5, 5}), 0, 1, 1, twice), Error);
  EXPECT_THROW(apply_in_tiles(test::numbers("picture", {5, 5}), 2, 1, 1, twice), Error);
}

}  // namespace
}  // namespace gannet
