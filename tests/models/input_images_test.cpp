// Runs and samples of recipes that make images from images.
#include <algorithm>
#include <span>

#include "gannet/formats/png.h"
#include "gannet/models/sampler.h"
#include "support/error_of.h"
#include "support/runs.h"

namespace gannet {
namespace {

using namespace test;  // NOLINT: of support.h

class FromImages : public RunTest {
 protected:
  Config config(const std::string& cfg) const {
    Config c = tiny(cfg, cfg == "srgan" ? "shapes" : "shapes-pairs");
    c.run.source.image_size = 16;
    c.options->ngf = c.options->ndf = 4;
    c.options->kimg = 0.16;
    set_field(*c.options, cfg == "srgan" ? "blocks" : "patch", cfg == "srgan" ? "1" : "16");
    return c;
  }
  Path trained(const std::string& cfg) const {
    TestScreen listener;
    return train(config(cfg), listener);
  }
  static Bytes drawn(Sampler& sampler, std::vector<uint64_t> seeds) {
    Bytes all;
    sampler.draw({.seeds = std::move(seeds)}, [&](const SampleBlock& block) {
      all.insert(all.end(), block.bytes.begin(), block.bytes.end());
    });
    return all;
  }
};

Image noise(int64_t width, int64_t height, int64_t channels) {
  Image p{width, height, channels, {}};
  uint32_t seed = 1;
  for (int64_t i = 0; i < width * height * channels; ++i)
    p.pixels.push_back(static_cast<uint8_t>((seed = seed * 1103515245 + 12345) >> 16));
  return p;
}

TEST_F(FromImages, ResumeContinuesBitForBit) {
  for (const char* cfg : {"pix2pix", "srgan"}) {
    TestScreen listener, stopping;
    const Path whole = train(config(cfg), listener);
    stopping.stop_after = 4;
    Config c = config(cfg);
    c.run.desc = "stopped";
    Path run;
    try {
      train(std::move(c), stopping);
      FAIL() << "was not interrupted";
    } catch (const Interrupted& error) {
      run = error.where();
    }
    TestScreen again;
    resume(run, again);
    expect_same_run(whole, run);
  }
}

TEST_F(FromImages, GridsShowInputResultAndTarget) {
  const RunDirectory run(trained("pix2pix"));
  const Image grid = read_png(read_file(run.file("fakes-000000.png")), "");
  EXPECT_EQ(grid.width, 3 * 3 * 16);
  EXPECT_EQ(grid.height, 8 * 16);
  const Image reals = read_png(read_file(run.file("reals.png")), "");
  EXPECT_EQ(reals.width, 3 * 2 * 16);
  // The target stands at the right of each, the input at the left, as in reals.png.
  EXPECT_EQ(cropped(grid, 32, 0, 16, 16), cropped(reals, 16, 0, 16, 16));
  EXPECT_EQ(cropped(grid, 0, 0, 16, 16), cropped(reals, 0, 0, 16, 16));
}

TEST_F(FromImages, SamplesAreMadeFromASetByNumberAndComparedWithIt) {
  Sampler sampler(trained("pix2pix"));
  EXPECT_TRUE(sampler.takes_image());
  EXPECT_EQ(error_of([&] { drawn(sampler, {0}); }),
            "this network makes images from images, and none is given: pix2pix");
  sampler.set_input("shapes-pairs", {.split = "test"});
  EXPECT_EQ(sampler.item_shape(), (std::vector<int64_t>{16, 16, 3}));
  const Bytes three = drawn(sampler, {5, 40, 5}), one = drawn(sampler, {40});
  const size_t size = 16 * 16 * 3;
  EXPECT_TRUE(std::equal(one.begin(), one.end(), three.begin() + size));
  EXPECT_TRUE(std::equal(three.begin(), three.begin() + size, three.begin() + 2 * size));
  EXPECT_FALSE(std::equal(one.begin(), one.end(), three.begin()));
  const auto quality = sampler.image_quality();
  ASSERT_TRUE(quality);
  EXPECT_EQ(quality->images, 4);
  EXPECT_GT(quality->outputs.l1, 1);
  EXPECT_GT(quality->outputs.psnr, 3);
  EXPECT_LT(quality->outputs.ssim, 1);
  EXPECT_FALSE(quality->bicubic);
}

TEST_F(FromImages, AnImageOfTheUsersMayHaveAnySize) {
  Sampler colours(trained("pix2pix"));
  EXPECT_EQ(
      colours.set_input(noise(40, 30, 4)),
      "its transparent parts are laid on white (--background); resampled from 40x30 to 21x16, "
      "its shorter side as the network's images; padded by reflection to multiples of 16, and "
      "the output cut to 21x16");
  EXPECT_EQ(colours.item_shape(), (std::vector<int64_t>{16, 21, 3}));
  EXPECT_EQ(drawn(colours, {1, 2}).size(), 2u * 16 * 21 * 3);
  EXPECT_FALSE(colours.image_quality());
  EXPECT_NE(drawn(colours, {1}), drawn(colours, {2}));
  EXPECT_EQ(colours.set_input(noise(16, 16, 1)), "");
  EXPECT_EQ(drawn(colours, {1}).size(), 16u * 16 * 3);

  Sampler larger(trained("srgan"));
  for (const auto& [width, height] :
       std::vector<std::pair<int64_t, int64_t>>{{7, 5}, {1, 1}, {1, 50}}) {
    EXPECT_EQ(larger.set_input(noise(width, height, 1)), "");
    EXPECT_EQ(larger.item_shape(), (std::vector<int64_t>{4 * height, 4 * width, 3}));
    EXPECT_EQ(drawn(larger, {0}).size(), static_cast<size_t>(16 * width * height * 3));
  }
  EXPECT_EQ(larger.grid({.seeds = {0}}, 1, 1).width, 4);
}

TEST_F(FromImages, TransparencyIsEnlargedBesideTheColours) {
  Image disc{16, 16, 4, {}};  // red on transparent black
  for (int64_t y = 0; y < 16; ++y)
    for (int64_t x = 0; x < 16; ++x) {
      const bool inside = (x - 8) * (x - 8) + (y - 8) * (y - 8) < 25;
      disc.pixels.insert(disc.pixels.end(), {uint8_t(inside ? 200 : 0), uint8_t(inside ? 30 : 0),
                                             uint8_t(inside ? 30 : 0), uint8_t(inside ? 255 : 0)});
    }
  Sampler larger(trained("srgan"));
  larger.set_input(disc);
  EXPECT_EQ(larger.item_shape(), (std::vector<int64_t>{64, 64, 4}));
  const Image made = larger.grid({.seeds = {0}}, 1, 1);
  ASSERT_EQ(made.channels, 4);
  const Bytes bytes = drawn(larger, {0});
  EXPECT_TRUE(std::ranges::equal(std::as_bytes(std::span(made.pixels)), bytes));
  const auto pixel = [&](int64_t x, int64_t y) { return made.pixels.data() + 4 * (y * 64 + x); };
  EXPECT_EQ(pixel(0, 0)[3], 0);
  EXPECT_EQ(pixel(32, 32)[3], 255);
  EXPECT_GT(pixel(14, 32)[0], 100) << "no black from beyond the edge";
  larger.set_input(disc, Colour{0, 0, 255});
  EXPECT_EQ(larger.item_shape(), (std::vector<int64_t>{64, 64, 3}));
}

TEST_F(FromImages, EnlargementsAreComparedWithBicubicOnes) {
  Sampler sampler(trained("srgan"));
  sampler.set_input("shapes",
                    {.image_size = 32, .split = "test"});  // another size than it was trained on
  EXPECT_EQ(drawn(sampler, {0, 1, 2}).size(), 3u * 32 * 32 * 3);
  const auto quality = sampler.image_quality();
  ASSERT_TRUE(quality && quality->bicubic);
  // Hardly trained, it is about as good as the bilinear filter that it begins with.
  EXPECT_NEAR(quality->outputs.psnr, quality->bicubic->psnr, 4);
  EXPECT_LT(quality->bicubic->gradient_energy_ratio, 1) << "edges get softer";
  EXPECT_EQ(error_of([&] { sampler.set_input("tones", {}); }),
            "only images have a low resolution, the samples are [1, 8192]: tones");
}

TEST_F(FromImages, OtherRecipesPassGivenImagesOver) {
  TestScreen listener;
  Config c = tiny("vanilla", "shapes-pairs");
  c.run.source.image_size = 8;
  c.options->kimg = 0.032;
  Sampler sampler(train(std::move(c), listener));
  EXPECT_FALSE(sampler.takes_image());
  EXPECT_EQ(drawn(sampler, {0}).size(), 8u * 8 * 3);
}

}  // namespace
}  // namespace gannet
