#include "gannet/image/halving.h"

#include <gtest/gtest.h>

#include <string>

namespace gannet {
namespace {

TEST(Halving, SquaresOf4To8PixelsDoubled) {
  std::vector<int64_t> sides;
  for (int64_t side = 1; side <= 256; ++side)
    if (halve(side)) sides.push_back(side);
  EXPECT_EQ(sides, (std::vector<int64_t>{16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160,
                                         192, 224, 256}));
}

TEST(Halving, EndsAtTheBase) {
  const auto base = [](ImageSize size) {
    const auto found = halve(size);
    return found ? std::to_string(found->times) + " " + size_text(found->base) : "none";
  };
  EXPECT_EQ(base(28), "2 7x7");
  EXPECT_EQ(base(32), "3 4x4");
  EXPECT_EQ(base(64), "4 4x4");
  EXPECT_EQ(base(96), "4 6x6");
  EXPECT_EQ(base({128, 64}), "4 8x4");
  EXPECT_EQ(base({64, 48}), "3 8x6");
  EXPECT_EQ(base({64, 16}), "2 16x4");
  EXPECT_EQ(base({144, 48}), "3 18x6");
  EXPECT_EQ(base({128, 16}), "none");  // 8:1
  EXPECT_EQ(base({150, 50}), "none");
  EXPECT_EQ(base({0, 0}), "none");
}

TEST(Halving, NearestSizes) {
  const auto near = [](ImageSize size) {
    std::string text;
    for (const ImageSize s : nearest_halving_sizes(size)) text += side_text(s) + " ";
    return text;
  };
  EXPECT_EQ(near(100), "96 112 ");
  EXPECT_EQ(near(50), "48 56 ");
  EXPECT_EQ(near(9), "16 32 ");
  EXPECT_EQ(near(300), "256 320 ");
  for (const ImageSize size :
       {ImageSize{150, 50}, {720, 360}, {17, 99}, {1, 1}, {4000, 3000}, {9000, 40}, {3, 500}}) {
    const auto sizes = nearest_halving_sizes(size);
    ASSERT_FALSE(sizes.empty()) << size_text(size);
    for (const ImageSize s : sizes) EXPECT_TRUE(halve(s)) << size_text(s);
  }
  EXPECT_EQ(nearest_halving_sizes({150, 50})[0], (ImageSize{144, 48}));
}

}  // namespace
}  // namespace gannet
