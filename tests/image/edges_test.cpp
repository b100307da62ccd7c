#include "gannet/image/edges.h"

#include <gtest/gtest.h>

namespace gannet {
namespace {

TEST(Edges, AreHalfOfSobelsGradientInTheChannelThatChangesMost) {
  // A step of 100 levels of green between the second and the third column: Sobel's gradient is 400
  // on both sides of it.
  Image step{4, 3, 3, {}};
  for (int y = 0; y < 3; ++y)
    for (int x = 0; x < 4; ++x)
      for (int c = 0; c < 3; ++c)
        step.pixels.push_back(static_cast<uint8_t>(c == 1 && x > 1 ? 150 : 50));
  const Image drawn = edges(step);
  EXPECT_EQ(drawn.channels, 1);
  for (int y = 0; y < 3; ++y)
    EXPECT_EQ(std::vector<uint8_t>(drawn.pixels.begin() + 4 * y, drawn.pixels.begin() + 4 * y + 4),
              (std::vector<uint8_t>{255, 55, 55, 255}))
        << "row " << y;
  // Down the image as across it, and no darker than black.
  const Image turned = edges({1, 2, 1, {0, 255}});
  EXPECT_EQ(turned.pixels, (std::vector<uint8_t>{0, 0}));
  // One bright pixel: 2 beside it, sqrt 2 at its corners, nothing in its middle.
  const Image dot = edges({3, 3, 1, {0, 0, 0, 0, 100, 0, 0, 0, 0}});
  EXPECT_EQ(dot.pixels[4], 255);
  EXPECT_EQ(dot.pixels[1], 155);
  EXPECT_EQ(dot.pixels[0], 184) << "255 - 100 / sqrt 2";
}

}  // namespace
}  // namespace gannet
