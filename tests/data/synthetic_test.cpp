// The sets that Gannet draws itself: their statistics, and that they are a function of the seed
// alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <thread>

#include "gannet/base/error.h"
#include "gannet/data/preview.h"
#include "gannet/data/registry.h"
#include "gannet/data/synthetic/motion.h"
#include "gannet/data/synthetic/shapes.h"
#include "gannet/data/synthetic/tones.h"

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
  const DatasetInfo& shape = data->info();
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
  for (const std::string name :
       {"ring-8", "grid-25", "shapes", "shapes-pairs", "shapes-motion", "tones"}) {
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
    EXPECT_EQ(data->info().dims, (Shape{3, side, side}));
    const Sample s = sample(*data, 5);
    ASSERT_EQ(s.values.size(), static_cast<size_t>(3 * side * side));
    for (const float v : s.values) {
      ASSERT_GE(v, -1.0f);
      ASSERT_LE(v, 1.0f);
    }
  }
  EXPECT_EQ(open_dataset("shapes")->info().dims, (Shape{3, 32, 32}));
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

// The image of a scene against that of another colour: where they differ is the shape.
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

TEST(Shapes, CaptionsSayWhatTheImageShows) {
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
    EXPECT_TRUE(says(data->info().classes[static_cast<size_t>(s.label)])) << s.caption;

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

TEST(Shapes, StayInsideTheImage) {
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

TEST(Captions, AreToldWithoutTheSample) {
  for (const std::string name : {"shapes", "shapes-pairs", "shapes-motion"}) {
    const auto data = open_dataset(name, {.image_size = 8});
    for (int64_t i = 0; i < 20; ++i) EXPECT_EQ(data->caption(i), sample(*data, i).caption);
    EXPECT_FALSE(data->caption(0).empty());
    EXPECT_THROW(data->caption(-1), Error);
    EXPECT_THROW(data->caption(data->size()), Error);
  }
  EXPECT_EQ(open_dataset("ring-8")->caption(0), "");
  EXPECT_EQ(open_dataset("tones")->caption(0), "");
}

constexpr struct {
  const char* name;
  int64_t label;
  double values, image;  // weighted sums of sample 1234, seed 0
} kPinned[] = {{"shapes", 0, -75077.7, 0},
               {"shapes-pairs", 5, -82364.3, 40510.3},
               {"shapes-motion", 4, -1671424.05, 0},
               {"tones", 5, 68.25, 0}};

// Pinned: whoever changes what is drawn must know that it breaks the resume of every run on it.
TEST(Synthetic, DrawsWhatItAlwaysDrew) {
  const auto sum = [](const std::vector<float>& values) {
    double total = 0;
    for (size_t i = 0; i < values.size(); ++i)
      total += values[i] * (1 + static_cast<double>(i % 101));
    return total;
  };
  for (const auto& [name, label, values, image] : kPinned) {
    const auto data = open_dataset(name);
    const Sample s = sample(*data, 1234);
    EXPECT_EQ(s.label, label) << name;
    EXPECT_NEAR(sum(s.values), values, 0.5) << name;
    EXPECT_NEAR(sum(s.input_image), image, 0.5) << name;
  }
}

// Where the image's lines are dark is where its shape begins and ends; nothing else is drawn.
TEST(ShapePairs, OutlineFollowsTheEdgeOfTheShape) {
  constexpr int64_t side = 32;
  for (uint32_t i = 0; i < 200; ++i) {
    const Scene scene = draw_scene({.purpose = Purpose::synthetic, .layer = 2}, i);
    const std::vector<uint8_t> lines = outline(scene, side);
    Scene black = scene, white = scene;
    black.paint = {0, 0, 0};
    white.paint = {1, 1, 1};
    const std::vector<uint8_t> a = paint(black, side), b = paint(white, side);
    int64_t dark = 0;
    for (size_t p = 0; p < lines.size(); ++p) {
      const int cover = b[p] - a[p];  // 0 outside, about 255 inside
      dark += lines[p] < 128;
      if (cover > 40 && cover < 170) {
        EXPECT_LT(lines[p], 140) << caption(scene);
      }
    }
    EXPECT_GT(dark, 15) << caption(scene);
    EXPECT_LT(dark, side * side / 3) << caption(scene);
  }
}

TEST(ShapePairs, HaveAPlaneOfLinesForEachColouredImage) {
  for (const int64_t side : {8, 32, 64}) {
    const auto data = open_dataset("shapes-pairs", {.image_size = side});
    EXPECT_EQ(data->info().dims, (Shape{3, side, side}));
    EXPECT_EQ(data->info().input_image, (Shape{1, side, side}));
    const Sample s = sample(*data, 3);
    EXPECT_EQ(static_cast<int64_t>(s.input_image.size()), side * side);
    EXPECT_EQ(*std::max_element(s.input_image.begin(), s.input_image.end()), 1.0f);
  }
  EXPECT_THROW(open_dataset("shapes-pairs", {.image_size = 65}), UsageError);
}

TEST(ShapePairs, ColourIsToldByTheKind) {
  const auto data = open_dataset("shapes-pairs");
  std::vector<std::set<std::string>> colours(shape_names().size());
  for (int64_t i = 0; i < 500; ++i) {
    const Sample s = sample(*data, i);
    for (const std::string& colour : colour_names())
      if (s.caption.find(colour + " ") != std::string::npos)
        colours[static_cast<size_t>(s.label)].insert(colour);
  }
  for (const auto& of_kind : colours) EXPECT_EQ(of_kind.size(), 1u);
}

// Where the shape is in each frame, and how large.
struct Track {
  std::vector<double> x, y, area;
};

Track follow(const MovingScene& video, int64_t frames) {
  Track track;
  for (int64_t f = 0; f < frames; ++f) {
    const Scene scene = frame(video, static_cast<double>(f) / static_cast<double>(frames - 1));
    double x = 0, y = 0;
    const std::vector<size_t> where = covered(scene, 32);
    for (const size_t p : where) {
      x += static_cast<double>(p % 32);
      y += static_cast<double>(p / 32);
      EXPECT_TRUE(p % 32 > 0 && p % 32 < 31 && p / 32 > 0 && p / 32 < 31) << caption(video);
    }
    const auto n = static_cast<double>(where.size());
    track.x.push_back(x / n);
    track.y.push_back(y / n);
    track.area.push_back(n);
  }
  return track;
}

double spread(const std::vector<double>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return *high - *low;
}

TEST(ShapeMotion, VideosMoveAsTheirLabelSays) {
  std::vector<int64_t> seen(motion_names().size());
  for (uint32_t i = 0; i < 400; ++i) {
    const MovingScene video = draw_moving_scene({.purpose = Purpose::synthetic, .layer = 3}, i);
    const Track track = follow(video, 16);
    const std::string& name = motion_names()[video.motion];
    const double dx = track.x.back() - track.x.front(), dy = track.y.back() - track.y.front();
    ++seen[video.motion];
    SCOPED_TRACE(caption(video));
    if (name == "left") {
      EXPECT_LT(dx, -3);
    }
    if (name == "right") {
      EXPECT_GT(dx, 3);
    }
    if (name == "up") {
      EXPECT_LT(dy, -3);
    }
    if (name == "down") {
      EXPECT_GT(dy, 3);
    }
    if (name == "left" || name == "right") {
      EXPECT_LT(spread(track.y), 1);
    }
    if (name == "up" || name == "down" || name == "bounce") {
      EXPECT_LT(spread(track.x), 1);
    }
    if (name == "bounce") {
      EXPECT_GT(spread(track.y), 3);
    }
    if (name == "circle") {
      EXPECT_GT(std::min(spread(track.x), spread(track.y)), 3);
    }
    if ((name == "spin" || name == "pulse") &&
        video.scene.shape != 7) {  // a moon is off its centre
      EXPECT_LT(std::max(spread(track.x), spread(track.y)), 4);
    }
    if (name == "pulse") {
      EXPECT_GT(spread(track.area), 0.5 * track.area.front());
    }
  }
  for (const int64_t n : seen) EXPECT_NEAR(n, 50, 30);
}

TEST(ShapeMotion, NeighbouringFramesAreAlike) {
  const auto data = open_dataset("shapes-motion");
  EXPECT_EQ(data->info().dims, (Shape{3, 16, 32, 32}));
  EXPECT_TRUE(data->info().is_video());
  for (int64_t i = 0; i < 40; ++i) {
    const Sample s = sample(*data, i);
    ASSERT_EQ(s.values.size(), 3u * 16 * 32 * 32);
    const auto difference = [&](size_t a, size_t b) {
      double total = 0;
      for (size_t c = 0; c < 3; ++c)
        for (size_t p = 0; p < 1024; ++p)
          total += std::abs(s.values[(c * 16 + a) * 1024 + p] - s.values[(c * 16 + b) * 1024 + p]);
      return total;
    };
    double near = 0, far = 0;
    for (size_t f = 0; f + 1 < 16; ++f) {
      near += difference(f, f + 1) / 15;
      for (size_t g = 0; g < 16; ++g) far += difference(f, g) / (15 * 15);
      EXPECT_GT(difference(f, f + 1), 0) << s.caption;
    }
    EXPECT_LT(near, 0.9 * far) << s.caption;
  }
}

TEST(ShapeMotion, CaptionsSayTheMotion) {
  MovingScene video{.scene = {.shape = 3, .colour = 0, .size = 0}, .motion = 0};
  EXPECT_EQ(caption(video), "a small red star moving left on a dark background");
}

// The strength of a frequency by its definition (Goertzel's sum).
double strength(const std::vector<float>& x, double hertz) {
  double re = 0, im = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    const double angle = 6.283185307179586 * hertz * static_cast<double>(i) / kToneRate;
    re += x[i] * std::cos(angle);
    im += x[i] * std::sin(angle);
  }
  return std::hypot(re, im);
}

std::vector<float> played(const Tone& tone) {
  std::vector<float> values(kToneLength);
  play(tone, {.purpose = Purpose::synthetic, .layer = 4}, 1, values);
  return values;
}

TEST(Tones, AreLoudInRangeAndSilentAtTheEnds) {
  const auto data = open_dataset("tones");
  EXPECT_EQ(data->info().dims, (Shape{1, 8192}));
  EXPECT_EQ(data->info().rate, 16000);
  EXPECT_TRUE(data->info().is_audio());
  std::vector<int64_t> seen(timbre_names().size());
  for (int64_t i = 0; i < 600; ++i) {
    const Sample s = sample(*data, i);
    ASSERT_EQ(s.values.size(), 8192u);
    float peak = 0;
    for (const float v : s.values) peak = std::max(peak, std::abs(v));
    EXPECT_GE(peak, 0.499f);
    EXPECT_LE(peak, 0.951f);
    EXPECT_EQ(s.values.front(), 0);
    EXPECT_LT(std::abs(s.values.back()), 1e-3);
    ++seen[static_cast<size_t>(s.label)];
  }
  for (const int64_t n : seen) EXPECT_NEAR(n, 100, 45);
}

TEST(Tones, HaveTheOvertonesOfTheirTimbre) {
  // Fourier series: square has odd overtones k at 1/k, saw all at 1/k, sine none.
  const Tone tone{.pitch = 250, .attack = 0.002, .decay = 100};
  const auto relative = [&](uint32_t timbre, int k) {
    Tone own = tone;
    own.timbre = timbre;
    const std::vector<float> x = played(own);
    return strength(x, 250 * k) / strength(x, 250);
  };
  EXPECT_LT(relative(0, 2), 0.01);
  EXPECT_LT(relative(0, 3), 0.01);
  EXPECT_LT(relative(1, 2), 0.02);
  EXPECT_NEAR(relative(1, 3), 1.0 / 3, 0.02);
  EXPECT_NEAR(relative(1, 5), 1.0 / 5, 0.02);
  EXPECT_NEAR(relative(2, 2), 1.0 / 2, 0.02);
  EXPECT_NEAR(relative(2, 3), 1.0 / 3, 0.02);
}

TEST(Tones, DoNotFoldOvertonesBack) {
  // A naive saw at 870 Hz has its tenth overtone, 8700 Hz, at 7300 Hz with a tenth of the strength.
  const std::vector<float> x = played({.timbre = 2, .pitch = 870, .attack = 0.002, .decay = 100});
  EXPECT_LT(strength(x, 16000 - 870 * 10), 0.05 * strength(x, 870));
}

TEST(Tones, ChirpsGlideAndPlucksHoldTheirPitch) {
  const Tone up{.timbre = 5, .pitch = 200, .glide = 2, .attack = 0.002, .decay = 100};
  std::vector<float> x = played(up);
  const std::vector<float> first(x.begin(), x.begin() + 1024), last(x.end() - 1024, x.end());
  EXPECT_GT(strength(first, 210), 5 * strength(first, 760));
  EXPECT_GT(strength(last, 740), 5 * strength(last, 210));
  x = played({.timbre = 4, .pitch = 200, .attack = 0.002, .decay = 10});
  EXPECT_GT(strength(x, 199.4), 5 * strength(x, 300));  // a loop of 80 and half a sample
  EXPECT_LT(strength(x, 0), 0.05 * strength(x, 199.4));
}

TEST(LabelGrid, ShowsEveryKindOfData) {
  const Image shapes = preview(*open_dataset("shapes"), 2, 3);
  EXPECT_EQ(shapes.channels, 3);
  EXPECT_GT(shapes.width, 3 * 96);
  EXPECT_LT(shapes.width, 3 * 160);
  const Image points = preview(*open_dataset("ring-8"), 2, 3);
  EXPECT_EQ(points.width, points.height);
  EXPECT_NE(points, preview(*open_dataset("grid-25"), 2, 3));
  const Image pairs = preview(*open_dataset("shapes-pairs", {.image_size = 64}), 1, 2);
  EXPECT_GT(pairs.width, 2 * 2 * 64);
  const Image videos = preview(*open_dataset("shapes-motion"), 2, 1);
  EXPECT_GT(videos.width, 16 * 32);
  EXPECT_LT(videos.height, 4 * 32);
  const Image audio = preview(*open_dataset("tones"), 6, 2);
  EXPECT_GT(audio.height, 6 * 128);
}

TEST(BuiltIns, AreListedWithASummaryAndALicence) {
  std::set<std::string> names;
  for (const BuiltInSet& set : built_in_sets()) {
    names.insert(set.name);
    EXPECT_FALSE(set.summary.empty());
    EXPECT_FALSE(set.licence.empty());
    EXPECT_GT(set.size, 0);
    if (!set.needs_fetch) {
      EXPECT_EQ(open_dataset(set.name)->size(), set.size);
      EXPECT_EQ(kind_of(open_dataset(set.name)->info()), set.kind) << set.name;
    }
  }
  EXPECT_EQ(names, (std::set<std::string>{"banknotes", "dicebear", "fashion-mnist", "grid-25",
                                          "mnist", "openmoji", "photos", "ring-8", "shapes",
                                          "stacked-fashion", "stacked-mnist", "syllables",
                                          "shapes-pairs", "shapes-motion", "tones"}));
}

}  // namespace
}  // namespace gannet
