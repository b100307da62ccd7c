#include "gannet/tensor/image_grid.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <set>

#include "gannet/base/error.h"
#include "gannet/image/canvas.h"
#include "gannet/image/font.h"

namespace gannet {
namespace {

uint8_t byte_of(float value) {
  return to_bytes(at::full({1, 1, 1, 1}, value)).const_data_ptr<uint8_t>()[0];
}

std::array<uint8_t, 3> pixel(const Image& image, int64_t x, int64_t y) {
  const uint8_t* at = image.pixels.data() + (y * image.width + x) * image.channels;
  return {at[0], at[image.channels == 3 ? 1 : 0], at[image.channels == 3 ? 2 : 0]};
}

int64_t count_colour(const Image& image, Colour colour) {
  int64_t found = 0;
  for (int64_t y = 0; y < image.height; ++y)
    for (int64_t x = 0; x < image.width; ++x) found += pixel(image, x, y) == colour;
  return found;
}

TEST(ToBytes, EveryByteSurvivesTheWayThere) {
  for (int v = 0; v < 256; ++v) EXPECT_EQ(byte_of(static_cast<float>(v) / 127.5f - 1.0f), v);
}

TEST(ToBytes, ClampsAndRounds) {
  EXPECT_EQ(byte_of(-1.5f), 0);
  EXPECT_EQ(byte_of(7.0f), 255);
  EXPECT_EQ(byte_of(0.0f), 128);
  EXPECT_EQ(byte_of(std::numeric_limits<float>::infinity()), 255);
  EXPECT_EQ(byte_of(-std::numeric_limits<float>::infinity()), 0);
  EXPECT_EQ(byte_of(std::numeric_limits<float>::quiet_NaN()), 0);
}

TEST(ToBytes, PutsChannelsLastWhateverTheLayout) {
  const Tensor x = at::arange(2 * 3 * 4 * 5, at::kFloat).view({2, 3, 4, 5}).div(127.5).sub(1);
  for (const Tensor& layout :
       {x, x.contiguous(at::MemoryFormat::ChannelsLast), x.to(at::kDouble)}) {
    const Tensor bytes = to_bytes(layout);
    ASSERT_EQ(bytes.sizes(), (at::IntArrayRef{2, 4, 5, 3}));
    for (int64_t n = 0; n < 2; ++n)
      for (int64_t c = 0; c < 3; ++c)
        EXPECT_EQ(bytes.const_data_ptr<uint8_t>()[((n * 4 + 2) * 5 + 3) * 3 + c],
                  ((n * 3 + c) * 4 + 2) * 5 + 3);
  }
  EXPECT_THROW(to_bytes(at::zeros({2, 2})), Error);
}

TEST(DrawGrid, TilesImagesRowByRowAndLeavesTheTailBlack) {
  const Tensor x = at::arange(5, at::kFloat)
                       .view({5, 1, 1, 1})
                       .mul(10)
                       .add(100)
                       .div(127.5)
                       .sub(1)
                       .expand({5, 1, 2, 3});
  const Image grid = draw_grid(x, 2, 3);
  EXPECT_EQ(grid.width, 9);
  EXPECT_EQ(grid.height, 4);
  EXPECT_EQ(grid.channels, 1);
  EXPECT_EQ(pixel(grid, 0, 0)[0], 100);
  EXPECT_EQ(pixel(grid, 8, 1)[0], 120);
  EXPECT_EQ(pixel(grid, 0, 2)[0], 130);
  EXPECT_EQ(pixel(grid, 5, 3)[0], 140);
  EXPECT_EQ(pixel(grid, 6, 2)[0], 0);
  EXPECT_EQ(draw_grid(at::zeros({9, 3, 2, 2}), 2, 2).channels,
            3);  // more samples than cells: the first are shown
}

TEST(DrawGrid, PlotsPointsWhereTheyAre) {
  const float at_points[] = {1.0f, 1.0f, 100.0f, 0.0f, std::numeric_limits<float>::quiet_NaN(),
                             0.0f};
  const Tensor points = at::empty({3, 2});
  std::copy_n(at_points, 6, points.mutable_data_ptr<float>());
  const Image plot = draw_grid(
      points, 1, 1, at::full({1, 2}, -1.0f));  // limit 2: one unit is a quarter of the side
  const int64_t quarter = plot.width / 4;
  const auto sample = pixel(plot, 3 * quarter, quarter), behind = pixel(plot, quarter, 3 * quarter);
  EXPECT_GT(sample[2], sample[0] + 50);  // blue, to the upper right
  EXPECT_TRUE(behind[0] == behind[1] && behind[0] > 150 &&
              behind[0] < 220);  // grey, to the lower left
  EXPECT_EQ(pixel(plot, 3 * quarter + 20, 3 * quarter + 20), (Colour{255, 255, 255}));
}

TEST(DrawGrid, ColoursThePlaneBehindPointsByASurface) {
  const Surface right_is_real = [](const Tensor& points) {
    return points.select(1, 0).gt(0).to(at::kDouble);
  };
  const Image plot = draw_grid(at::full({1, 2}, 100.0f), 1, 1, {}, right_is_real);
  const auto pixel = [&](int64_t x, int64_t y) {
    const uint8_t* at = &plot.pixels[static_cast<size_t>((y * plot.width + x) * 3)];
    return std::array<int, 3>{at[0], at[1], at[2]};
  };
  EXPECT_GT(pixel(10, 10)[2], pixel(10, 10)[0]);    // blue
  EXPECT_GT(pixel(500, 10)[0], pixel(500, 10)[2]);  // orange
  const Surface none = [](const Tensor& points) {
    return points.select(1, 0).to(at::kDouble) * NAN;
  };
  EXPECT_EQ(draw_grid(at::full({1, 2}, 100.0f), 1, 1, {}, none),
            draw_grid(at::full({1, 2}, 100.0f), 1, 1));
  const Surface up = [](const Tensor& points) { return points.select(1, 1).gt(0).to(at::kDouble); };
  EXPECT_NE(draw_grid(at::full({1, 2}, 100.0f), 1, 1, {}, up), plot);
}

TEST(DrawGrid, DrawsHistogramsAndWaves) {
  const Image bars = draw_grid(at::full({50, 1}, 0.5f), 1, 1);
  std::set<int64_t> columns;
  for (int64_t x = 0; x < bars.width; ++x)
    if (pixel(bars, x, bars.height - 1)[0] < 100) columns.insert(x);
  ASSERT_FALSE(columns.empty());
  EXPECT_GE(*columns.begin(), bars.width / 2);
  EXPECT_LT(*columns.rbegin() - *columns.begin(), 8);

  const Image waves = draw_grid(at::full({1, 1, 1000}, 0.5f), 1, 2);
  for (int64_t x = 2; x < waves.width / 2 - 2; ++x)
    EXPECT_LT(pixel(waves, x, 12)[0], 100) << x;  // the upper band is 46 pixels high
}

// 1 kHz at 16 kHz is an eighth of the way up; silence before it is dark.
TEST(DrawGrid, DrawsTheSpectrogramOfAudioBelowItsWaveform) {
  const Tensor t = at::arange(8192, at::kDouble);
  const Tensor sine = at::sin(t * (2 * 3.14159265358979 / 16)) * (t > 4096);
  const Image audio = draw_grid(sine.to(at::kFloat).view({1, 1, 8192}), 1, 1);
  const int64_t bottom = audio.height - 2, at_1000 = bottom - 128 / 8;
  const auto bright = [&](int64_t x, int64_t y) {
    const auto p = pixel(audio, x, y);
    return p[0] + p[1] + p[2];
  };
  EXPECT_GT(bright(120, at_1000), 500);
  EXPECT_LT(bright(120, bottom - 64), 200);
  EXPECT_LT(bright(30, at_1000), 100);
}

TEST(DrawGrid, DrawsVideosAsStripsOfTheirFrames) {
  Tensor videos = at::zeros({2, 3, 4, 5, 6});
  videos.select(0, 1).select(1, 2).fill_(1);  // the second video's third frame is white
  const Image strips = draw_grid(videos - 0.5f, 2, 1);
  EXPECT_EQ(strips.width, 4 * 6);
  EXPECT_GE(strips.height, 2 * 5);
  const int64_t low = strips.height - 3;
  EXPECT_GT(pixel(strips, 2 * 6 + 3, low)[0], 150);
  EXPECT_LT(pixel(strips, 1 * 6 + 3, low)[0], 100);
  EXPECT_LT(pixel(strips, 2 * 6 + 3, 2)[0], 100);
}

TEST(DrawGrid, RefusesWhatIsNoImage) {
  EXPECT_THROW(draw_grid(at::zeros({4, 2, 8, 8}), 2, 2), Error);
  EXPECT_THROW(draw_grid(at::zeros({4, 1, 8, 8}), 0, 2), Error);
  EXPECT_THROW(draw_grid(at::zeros({4}), 1, 1), Error);
  EXPECT_THROW(draw_grid({}, 1, 1), Error);
  EXPECT_THROW(draw_grid(at::zeros({1, 0, 5}), 1, 1), Error);
  EXPECT_THROW(draw_grid(at::zeros({1, 2, 4, 8, 8}), 1, 1), Error);
  EXPECT_THROW(draw_grid(at::zeros({4, 0}), 1, 1), Error);
  EXPECT_THROW(draw_grid(at::zeros({4, 2}), 1, 1, at::zeros({4, 3})), Error);
}

TEST(Text, DrawsEachLetterDifferently) {
  std::set<std::string> seen;
  for (char letter = 32; letter < 127; ++letter) {
    Image image = blank(kGlyphWidth, kGlyphHeight + kDescent, {255, 255, 255});
    draw_text(image, 0, 0, std::string(1, letter), {0, 0, 0});
    EXPECT_TRUE(seen.emplace(image.pixels.begin(), image.pixels.end()).second) << letter;
    if (letter != ' ') {
      EXPECT_GT(count_colour(image, {0, 0, 0}), 0) << letter;
    }
  }
}

TEST(Text, IsCutOffAtTheEdges) {
  Image image = blank(10, 5, {255, 255, 255});
  draw_text(image, -3, -2, "gannet and more", {0, 0, 0});
  EXPECT_EQ(image.pixels.size(), 150u);
  EXPECT_GT(count_colour(image, {0, 0, 0}), 0);
  EXPECT_EQ(text_width("abc"), 17);
  EXPECT_EQ(text_width(""), 0);
}

TEST(Beside, EnlargesSmallImagesAndColoursGreyOnes) {
  const Tensor small = at::tensor({1.0f, 2.0f}).view({1, 1, 1, 2});
  const Tensor large = at::tensor({3.0f, 4.0f, 5.0f, 6.0f, 7.0f, 8.0f}).view({1, 3, 2, 1});
  const Tensor both = hstack({small, large});
  ASSERT_EQ(both.sizes().vec(), (Shape{1, 3, 2, 5}));
  EXPECT_TRUE(both[0][1][1].equal(at::tensor({1.0f, 1.0f, 2.0f, 2.0f, 6.0f})));
}

}  // namespace
}  // namespace gannet
