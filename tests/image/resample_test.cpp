// Resampling against Pillow's, committed by scripts/golden/resample.py, and what must hold anyway.
#include "gannet/image/resample.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "gannet/formats/png.h"
#include "support/formats.h"

namespace gannet {
namespace {

const Path kGolden = Path(GANNET_SOURCE_DIR) / "tests" / "golden" / "resample";

Image golden(const std::string& name) {
  return read_png(read_file(kGolden / (name + ".png")), name);
}

TEST(Resample, IsPillowsToTheLastBit) {
  int64_t seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kGolden)) {
    const std::string name = entry.path().stem();
    const size_t first = name.find('-'), last = name.rfind('-');
    if (first == last) continue;
    const Filter filter = find_filter(name.substr(first + 1, last - first - 1));
    const Image expected = golden(name);
    const Image found =
        resized(golden(name.substr(0, first)), expected.width, expected.height, filter);
    EXPECT_EQ(found, expected) << name;
    ++seen;
  }
  EXPECT_EQ(seen, 4 * (7 + 2));
}

TEST(Resample, AConstantStaysWhatItIs) {
  for (const Filter filter : {Filter::box, Filter::bilinear, Filter::bicubic, Filter::lanczos}) {
    for (const uint8_t value : {0, 1, 127, 254, 255}) {
      const Image flat{31, 17, 3, std::vector<uint8_t>(31 * 17 * 3, value)};
      for (const auto& [width, height] : {std::pair<int64_t, int64_t>{7, 5}, {64, 64}, {1, 200}})
        for (const uint8_t found : resized(flat, width, height, filter).pixels)
          ASSERT_EQ(found, value);
    }
  }
}

TEST(Resample, BoxOfAWholeRatioIsTheMean) {
  const Image p{4, 2, 1, {0, 10, 100, 101, 20, 30, 102, 103}};
  EXPECT_EQ(resized(p, 2, 1, Filter::box), (Image{2, 1, 1, {15, 102}}));
}

TEST(Resample, TheSameSizeIsTheSameImage) {
  const Image p = golden("colour");
  EXPECT_EQ(resized(p, p.width, p.height, Filter::lanczos), p);
}

TEST(Resample, EachChannelIsResampledAlone) {
  const Image colour = golden("colour");
  Image red{colour.width, colour.height, 1, {}}, alpha{colour.width, colour.height, 4, {}};
  for (size_t i = 0; i < colour.pixels.size(); i += 3) {
    red.pixels.push_back(colour.pixels[i]);
    for (size_t c = 0; c < 3; ++c) alpha.pixels.push_back(colour.pixels[i + c]);
    alpha.pixels.push_back(colour.pixels[i]);
  }
  const Image expected = resized(colour, 11, 40, Filter::bicubic);
  const Image found = resized(red, 11, 40, Filter::bicubic);
  const Image four = resized(alpha, 11, 40, Filter::bicubic);
  for (size_t i = 0; i < found.pixels.size(); ++i) {
    ASSERT_EQ(found.pixels[i], expected.pixels[3 * i]);
    ASSERT_EQ(four.pixels[4 * i + 3], expected.pixels[3 * i]);
    ASSERT_EQ(four.pixels[4 * i + 1], expected.pixels[3 * i + 1]);
  }
}

TEST(Resample, RefusesWhatIsNoSize) {
  const Image p = golden("grey");
  EXPECT_EQ(error_of([&] { resized(p, 0, 4, Filter::box); }),
            "an image of 37x29 cannot be resized to 0x4");
  EXPECT_THROW(resized(p, 4, 65536, Filter::box), Error);
  EXPECT_THROW(resized({}, 4, 4, Filter::box), Error);
  EXPECT_EQ(error_of([] { find_filter("cubic"); }),
            "unknown filter 'cubic', expected box, bilinear, bicubic or lanczos: --filter");
  for (const std::string_view name : filter_names()) EXPECT_NO_THROW(find_filter(name));
}

}  // namespace
}  // namespace gannet
