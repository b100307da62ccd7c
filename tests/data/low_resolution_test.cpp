// The low-resolution image beside each sample: that of Pillow's bicubic filter on bytes.
#include "gannet/data/transforms/low_resolution.h"

#include <gtest/gtest.h>

#include "data/opening.h"
#include "gannet/base/error.h"
#include "gannet/data/chw.h"
#include "gannet/data/loader.h"
#include "gannet/data/registry.h"
#include "gannet/image/resample.h"

namespace gannet {
namespace {

std::shared_ptr<const Dataset> shapes(const char* source = "shapes") {
  return open_dataset(source, {.image_size = 16});
}

TEST(LowResolution, IsTheSampleShrunkAsAFileWouldBe) {
  const auto large = shapes(), both = with_low_resolution(large, 4);
  EXPECT_EQ(both->info().dims, (Shape{3, 16, 16}));
  EXPECT_EQ(both->info().input_image, (Shape{3, 4, 4}));
  EXPECT_EQ(both->hash(), large->hash());
  const Sample sample = testing::sample(*both, 7), original = testing::sample(*large, 7);
  EXPECT_EQ(sample.values, original.values);
  std::vector<float> expected;
  to_chw(resized(from_chw(original.values, {3, 16, 16}), 4, 4, Filter::bicubic), expected);
  EXPECT_EQ(sample.input_image, expected);
}

TEST(LowResolution, IsMadeOfTheVeryCropThatAnEpochShows) {
  const auto both = with_low_resolution(shapes("shapes-pairs"), 2);
  EXPECT_EQ(both->info().input_image, (Shape{3, 8, 8})) << "instead of the outline";
  Sample sample;
  both->draw(3, {}, sample);
  EXPECT_EQ(sample.input_image, testing::sample(*both, 3).input_image);
}

TEST(LowResolution, RefusesWhatCannotBeShrunk) {
  EXPECT_THROW(with_low_resolution(shapes(), 3), Error);
  EXPECT_THROW(with_low_resolution(open_dataset("ring-8"), 2), Error);
}

TEST(Planes, AreTheBytesAgain) {
  Image image{2, 1, 3, {0, 1, 127, 128, 254, 255}};
  std::vector<float> planes;
  to_chw(image, planes);
  EXPECT_EQ(planes[0], -1.0f);
  EXPECT_EQ(planes[1], 128 / 127.5f - 1) << "red of the second pixel";
  EXPECT_EQ(from_chw(planes, {3, 1, 2}), image);
}

}  // namespace
}  // namespace gannet
