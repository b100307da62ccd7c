#include "gannet/image/plot.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gannet/base/error.h"

namespace gannet {
namespace {

constexpr Colour kRed = {255, 0, 0};

// Pixels of nearly this colour in the box.
int64_t reds(const Image& plot, int64_t x0, int64_t x1, int64_t y0, int64_t y1) {
  int64_t found = 0;
  for (int64_t y = y0; y < y1; ++y)
    for (int64_t x = x0; x < x1; ++x) {
      const uint8_t* p = plot.pixels.data() + 3 * (y * plot.width + x);
      found += p[0] > 200 && p[1] < 100 && p[2] < 100;
    }
  return found;
}

TEST(Plot, RisingCurvesRise) {
  const Image plot = draw_curves({{"", {0, 1, 2}, {0, 1, 2}, kRed}}, {"x"}, {"y"});
  const int64_t w = plot.width, h = plot.height;
  EXPECT_GT(reds(plot, 0, w / 2, h / 2, h), 50);  // lower left to upper right
  EXPECT_GT(reds(plot, w / 2, w, 0, h / 2), 50);
  EXPECT_LT(reds(plot, 0, w / 3, 0, h / 3), 5);
}

TEST(Plot, LogarithmicAxesMakeLinesOfPowers) {
  const Axis y{.name = "y", .logarithmic = true};
  const Image powers = draw_curves({{"", {0, 1, 2}, {1, 10, 100}, kRed}}, {"x"}, y);
  const Image line = draw_curves({{"", {0, 1, 2}, {0, 1, 2}, kRed}}, {"x"}, {"y"});
  const int64_t w = line.width, h = line.height;
  EXPECT_NEAR(reds(powers, 60, w, 0, h - 40), reds(line, 60, w, 0, h - 40), 30);
}

TEST(Plot, LeavesOutWhatIsNoNumberOrOutside) {
  const Axis unit{"", 0, 1};
  const Image empty = draw_curves({}, unit, unit);
  EXPECT_EQ(draw_curves({{"", {0, 0.5, 1}, {NAN, NAN, 7}, kRed}}, unit, unit), empty);
  EXPECT_NE(draw_curves({{"name", {}, {}, kRed}}, unit, unit), empty);  // the legend
  // Outside it covers nothing of the axes, however many names there are.
  std::vector<Curve> many(30, {"a rather long name", {0, 1}, {0, 1}, kRed});
  const Image with = draw_curves(many, unit, unit, Legend::outside);
  for (Curve& curve : many) curve.name.clear();
  const Image without = draw_curves(many, unit, unit, Legend::outside);
  EXPECT_EQ(without.height, empty.height);
  EXPECT_GT(with.height, empty.height + 100);
  EXPECT_TRUE(std::equal(without.pixels.begin(), without.pixels.end(), with.pixels.begin()));
  EXPECT_NE(draw_curves({}, unit, {"y", 1, 10}), draw_curves({}, unit, {"y", 1, 10, true}));
  EXPECT_THROW(draw_curves({{"", {0, 1}, {0}, kRed}}, unit, unit), Error);
  EXPECT_THROW(draw_curves({}, unit, unit, Legend::below, 50, 50), Error);
}

TEST(Plot, HasAColourForEachOfManyCurves) {
  for (size_t i = 0; i < 100; ++i) {
    const Colour a = curve_colour(i);
    EXPECT_LT(a[0] + a[1] + a[2], 600) << i;  // on white
    for (size_t j = 0; j < i; ++j) {
      const Colour b = curve_colour(j);
      const int apart = std::abs(a[0] - b[0]) + std::abs(a[1] - b[1]) + std::abs(a[2] - b[2]);
      EXPECT_GT(apart, i < 24 ? 20 : 0) << i << " and " << j;
    }
  }
}

}  // namespace
}  // namespace gannet
