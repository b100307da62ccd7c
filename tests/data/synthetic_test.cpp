// The sets that Gannet draws itself: their statistics, and that they are a function of the seed
// alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <thread>

#include "gannet/base/error.h"
#include "gannet/data/dataset.h"
#include "gannet/data/label_grid.h"
#include "gannet/data/shapes.h"

namespace gannet {
namespace {

Sample sample(const Dataset& data, int64_t index) {
  Sample s;
  data.get(index, s);
  return s;
}

// Each sample's label is its nearest centre, modes are equally likely, and the offsets are normal
// with sigma.
void check_mixture(const std::string& name, size_t modes_expected, double sigma) {
  const auto data = open_dataset(name);
  const Modes modes = known_modes(name);
  ASSERT_EQ(modes.centres.size(), modes_expected);
  EXPECT_EQ(modes.sigma, sigma);
  EXPECT_EQ(data->size(), 100000);
  const DataShape& shape = data->shape();
  std::vector<int64_t> hits(modes_expected);
  double offsets = 0, square = 0;
  int64_t outside = 0;
  for (int64_t i = 0; i < data->size(); ++i) {
    const Sample s = sample(*data, i);
    const auto label = static_cast<size_t>(s.label);
    ++hits[label];
    double distance = 0;
    for (size_t c = 0; c < 2; ++c) {
      const double own = s.values[c] * shape.scale[c] + shape.mean[c];
      const double off = own - modes.centres[label][c];
      distance += off * off;
      offsets += off;
      square += s.values[c] * s.values[c];
    }
    outside += distance > 9 * sigma * sigma;
  }
  const double n = static_cast<double>(data->size()),
               share = 1.0 / static_cast<double>(modes_expected);
  for (const int64_t h : hits) EXPECT_NEAR(h / n, share, 5 * std::sqrt(share / n));
  EXPECT_NEAR(offsets / (2 * n), 0, 5 * sigma / std::sqrt(2 * n));
  EXPECT_NEAR(outside / n, std::exp(-4.5),
              5 * std::sqrt(std::exp(-4.5) / n));  // chi-square, 2 degrees
  EXPECT_NEAR(square / (2 * n), 1, 0.01);          // the net sees unit variance
}

TEST(Gaussians, RingOfEightIsThatOfThePaper) {
  check_mixture("ring-8", 8, 0.01);
  for (const auto& centre : known_modes("ring-8").centres)
    EXPECT_NEAR(std::hypot(centre[0], centre[1]), 1, 1e-12);
}

TEST(Gaussians, GridOfTwentyFiveIsThatOfThePaper) {
  check_mixture("grid-25", 25, 0.05);
  EXPECT_EQ(known_modes("grid-25").centres.front(), (std::vector<double>{-4, -4}));
  EXPECT_EQ(known_modes("grid-25").centres.back(), (std::vector<double>{4, 4}));
}

TEST(Gaussians, OtherSetsHaveNoKnownModes) { EXPECT_TRUE(known_modes("mnist").centres.empty()); }

TEST(Synthetic, IsAFunctionOfSeedSplitAndNumber) {
  for (const std::string name : {"ring-8", "grid-25", "shapes"}) {
    const auto one = open_dataset(name, {.seed = 3}), again = open_dataset(name, {.seed = 3});
    const auto other = open_dataset(name, {.seed = 4}),
               test = open_dataset(name, {.seed = 3, .split = "test"});
    EXPECT_EQ(sample(*one, 77).values, sample(*again, 77).values);
    EXPECT_EQ(one->hash(), again->hash());
    EXPECT_NE(sample(*one, 77).values, sample(*one, 78).values);
    for (const Dataset* different : {other.get(), test.get()}) {
      EXPECT_NE(sample(*one, 77).values, sample(*different, 77).values);
      EXPECT_NE(one->hash(), different->hash());
    }
    EXPECT_EQ(open_dataset(name, {.limit = 10})->size(), 10);
  }
}

TEST(Synthetic, IsTheSameFromSeveralThreads) {
  const auto data = open_dataset("shapes", {.image_size = 16});
  std::vector<Sample> parallel(40);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (size_t i = t; i < parallel.size(); i += 4)
        data->get(static_cast<int64_t>(i), parallel[i]);
    });
  for (std::thread& thread : threads) thread.join();
  for (size_t i = 0; i < parallel.size(); ++i)
    EXPECT_EQ(parallel[i].values, sample(*data, static_cast<int64_t>(i)).values);
}

TEST(Shapes, ComeInAnySizeFrom8To64) {
  for (const int64_t side : {8, 28, 32, 64}) {
    const auto data = open_dataset("shapes", {.image_size = side});
    EXPECT_EQ(data->shape().dims, (Shape{3, side, side}));
    const Sample s = sample(*data, 5);
    ASSERT_EQ(s.values.size(), static_cast<size_t>(3 * side * side));
    for (const float v : s.values) {
      ASSERT_GE(v, -1.0f);
      ASSERT_LE(v, 1.0f);
    }
  }
  EXPECT_EQ(open_dataset("shapes")->shape().dims, (Shape{3, 32, 32}));
  EXPECT_THROW(open_dataset("shapes", {.image_size = 7}), UsageError);
  EXPECT_THROW(open_dataset("shapes", {.image_size = 65}), UsageError);
}

TEST(Shapes, EachKindAndColourIsAsLikely) {
  const auto data = open_dataset("shapes", {.image_size = 8});
  std::vector<int64_t> kinds(shape_names().size());
  std::vector<int64_t> colours(colour_names().size());
  for (int64_t i = 0; i < 8000; ++i) {
    const Scene scene =
        draw_scene({.purpose = Purpose::synthetic, .layer = 1}, static_cast<uint32_t>(i));
    ++kinds[scene.shape];
    ++colours[scene.colour];
  }
  for (const int64_t n : kinds) EXPECT_NEAR(n, 1000, 150);
  for (const int64_t n : colours) EXPECT_NEAR(n, 1000, 150);
}

std::string colour_of(const std::vector<uint8_t>& pixels, size_t area,
                      const std::vector<size_t>& where) {
  std::array<double, 3> mean{};
  for (size_t c = 0; c < 3; ++c)
    for (const size_t p : where)
      mean[c] += pixels[c * area + p] / 255.0 / static_cast<double>(where.size());
  size_t best = 0;
  double nearest = 1e9;
  for (size_t k = 0; k < colour_names().size(); ++k) {
    double distance = 0;
    for (size_t c = 0; c < 3; ++c)
      distance += std::pow(mean[c] - palette(static_cast<uint32_t>(k))[c], 2);
    if (distance < nearest) nearest = distance, best = k;
  }
  return colour_names()[best];
}

// The picture of a scene against that of another colour: where they differ is the shape.
std::vector<size_t> covered(const Scene& scene, int64_t side) {
  Scene black = scene, white = scene;
  black.paint = {0, 0, 0};
  white.paint = {1, 1, 1};
  const std::vector<uint8_t> a = paint(black, side), b = paint(white, side);
  std::vector<size_t> where;
  for (size_t p = 0; p < static_cast<size_t>(side * side); ++p)
    if (b[p] - a[p] > 200) where.push_back(p);
  return where;
}

TEST(Shapes, CaptionsSayWhatThePictureShows) {
  constexpr int64_t side = 32;
  constexpr size_t area = side * side;
  const auto data = open_dataset("shapes");
  for (int64_t i = 0; i < 300; ++i) {
    const Sample s = sample(*data, i);
    const Scene scene =
        draw_scene({.purpose = Purpose::synthetic, .layer = 1}, static_cast<uint32_t>(i));
    std::vector<uint8_t> pixels(3 * area);
    for (size_t k = 0; k < pixels.size(); ++k)
      pixels[k] = static_cast<uint8_t>(std::lround((s.values[k] + 1) * 127.5));
    ASSERT_EQ(pixels, paint(scene, side));

    const std::vector<size_t> where = covered(scene, side);
    ASSERT_GE(where.size(), 10u) << s.caption;
    const auto says = [&](const std::string& word) {
      return (" " + s.caption + " ").find(" " + word + " ") != std::string::npos;
    };
    EXPECT_TRUE(says(colour_of(pixels, area, where))) << s.caption;
    EXPECT_TRUE(says(data->shape().classes[static_cast<size_t>(s.label)])) << s.caption;

    double corner = 0;  // the ground: the brightest corner is out of every shadow
    for (const size_t p : {size_t{0}, size_t{side - 1}, area - side, area - 1})
      corner = std::max(corner, (pixels[p] + pixels[area + p] + pixels[2 * area + p]) / 765.0);
    EXPECT_EQ(corner > 0.5, says("light")) << s.caption;
    EXPECT_NE(says("light"), says("dark")) << s.caption;
    if (says("small")) {
      EXPECT_LT(where.size(), 0.17 * area) << s.caption;
    }
    if (says("large")) {
      EXPECT_GT(where.size(), 0.12 * area) << s.caption;
    }
  }
}

TEST(Shapes, StayInsideThePicture) {
  for (uint32_t i = 0; i < 300; ++i) {
    const Scene scene = draw_scene({.seed = 1, .purpose = Purpose::synthetic}, i);
    constexpr size_t side = 64;
    for (const size_t p : covered(scene, side)) {
      ASSERT_NE(p % side, 0u) << caption(scene);
      ASSERT_NE(p / side, 0u) << caption(scene);
      ASSERT_NE(p % side, side - 1) << caption(scene);
      ASSERT_NE(p / side, side - 1) << caption(scene);
    }
  }
}

TEST(Shapes, KindsLookDifferent) {
  std::set<std::vector<size_t>> masks;
  for (uint32_t k = 0; k < shape_names().size(); ++k)
    masks.insert(covered({.shape = k, .radius = 0.4}, 64));
  EXPECT_EQ(masks.size(), shape_names().size());
}

TEST(Shapes, CaptionsReadWell) {
  EXPECT_EQ(caption({.shape = 3, .colour = 0, .size = 0, .light = false}),
            "a small red star on a dark background");
  EXPECT_EQ(caption({.shape = 0, .colour = 1, .size = 1, .light = true}),
            "an orange circle on a light background");
  EXPECT_EQ(caption({.shape = 5, .colour = 1, .size = 2, .light = true}),
            "a large orange ring on a light background");
}

TEST(LabelGrid, ShowsEveryKindOfData) {
  const Picture shapes = label_grid(*open_dataset("shapes"), 2, 3);
  EXPECT_EQ(shapes.channels, 3);
  EXPECT_GT(shapes.width, 3 * 96);
  EXPECT_LT(shapes.width, 3 * 160);
  const Picture points = label_grid(*open_dataset("ring-8"), 2, 3);
  EXPECT_EQ(points.width, points.height);
  EXPECT_NE(points, label_grid(*open_dataset("grid-25"), 2, 3));
}

TEST(BuiltIns, AreListedWithASummaryAndALicence) {
  std::set<std::string> names;
  for (const BuiltIn& set : built_in_sets()) {
    names.insert(set.name);
    EXPECT_FALSE(set.summary.empty());
    EXPECT_FALSE(set.licence.empty());
    EXPECT_GT(set.size, 0);
    if (!set.needs_fetch) {
      EXPECT_EQ(open_dataset(set.name)->size(), set.size);
    }
  }
  EXPECT_EQ(names,
            (std::set<std::string>{"fashion-mnist", "mnist", "ring-8", "grid-25", "shapes"}));
}

}  // namespace
}  // namespace gannet
