// `gannet compare` as a whole, on points, vectors and images: uniform p-values where A and B are
// alike, tiny ones where they are not.
#include "gannet/tools/compare.h"

#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "gannet/base/error.h"
#include "gannet/formats/npy.h"
#include "gannet/formats/png.h"
#include "gannet/tensor/random.h"
#include "support/error_of.h"
#include "support/runs.h"
#include "support/uniform.h"

namespace gannet::test {
namespace {

class Compare : public RunTest {
 protected:
  // Standard normal numbers [n, width], around `centre`.
  std::string vectors(const std::string& name, uint64_t seed, int64_t n, int64_t width,
                      double centre = 0) {
    const Tensor x = (normal({.seed = seed}, 0, n, {width}, at::kFloat) + centre).contiguous();
    const Path path = folder_ / (name + ".npy");
    const auto* begin = static_cast<const std::byte*>(x.const_data_ptr());
    write_file(path, write_npy({Dtype::F32, {n, width}, {begin, x.nbytes()}}));
    return path.string();
  }
};

// Every p-value of `runs` seeds, by test.
std::map<std::string, std::vector<double>> p_values(
    int runs, const std::function<ComparisonRequest(uint64_t seed)>& request) {
  std::map<std::string, std::vector<double>> all;
  for (int seed = 0; seed < runs; ++seed)
    for (const TwoSampleTest& t : compare_samples(request(static_cast<uint64_t>(seed))).tests)
      all[t.test].push_back(t.p_value);
  return all;
}

void expect_all_uniform(const std::map<std::string, std::vector<double>>& all,
                        const std::string& what) {
  ASSERT_GE(all.size(), 4u);
  for (const auto& [test, p] : all) expect_uniform(p, 100, what + " " + test);
}

// A table's samples may lack a rare word, and have other constants.
TEST_F(Compare, TablesAreComparedInTheirCommonColumns) {
  std::string a = "id2,city,size\n", b = "city,size,new\n";
  for (int i = 0; i < 60; ++i) {
    const std::string size = std::to_string(i % 7);
    a += "x," + std::string(i == 5 ? "Ulm" : i % 2 ? "Bonn" : "Kiel") + "," + size + "\n";
    b += std::string(i % 2 ? "Bonn" : "Kiel") + "," + size + "," + std::to_string(i % 3) + "\n";
  }
  write_file(folder_ / "a.csv", a);
  write_file(folder_ / "b.csv", b);
  const Comparison c = compare_samples({.a = {(folder_ / "a.csv").string(), {}},
                                        .b = {(folder_ / "b.csv").string(), {}},
                                        .permutations = 99});
  EXPECT_EQ(c.shape, (std::vector<int64_t>{4})) << "three cities and the size";
  EXPECT_NE(std::ranges::find(c.notes, "id2 is in A alone: not compared"), c.notes.end());
  EXPECT_NE(std::ranges::find(c.notes, "new is in B alone: not compared"), c.notes.end());
}

// Of floating point too: images are images, as they are for training.
TEST_F(Compare, ArraysOfImagesAreImages) {
  const auto put = [&](const char* name, Dtype type, const std::vector<int64_t>& shape,
                       ByteSpan bytes) {
    write_file(folder_ / name, write_npy({type, shape, bytes}));
    return (folder_ / name).string();
  };
  std::vector<float> numbers;
  std::vector<uint8_t> bytes;
  for (int i = 0; i < 40 * 3 * 64; ++i) {
    bytes.push_back(static_cast<uint8_t>((i * 37 + i / 11) % 256));
    numbers.push_back(static_cast<float>(bytes.back()) / 255);
  }
  const std::string real =
      put("a.npy", Dtype::F32, {40, 3, 8, 8}, std::as_bytes(std::span(numbers)));
  const std::string fake = put("b.npy", Dtype::U8, {40, 3, 8, 8}, std::as_bytes(std::span(bytes)));
  const Comparison c = compare_samples({.a = {real, {}}, .b = {fake, {}}, .permutations = 99});
  EXPECT_EQ(c.shape, (std::vector<int64_t>{3, 8, 8}));
}

TEST_F(Compare, IsFairToLikeSets) {
  const auto of = [](std::string source, uint64_t seed, std::string other = "") {
    return ComparisonRequest{.a = {source, {}},
                             .b = {other.empty() ? source : other, {.split = "test"}},
                             .seed = seed,
                             .limit = 30,
                             .permutations = 99};
  };
  expect_all_uniform(p_values(40, [&](uint64_t seed) { return of("ring-8", seed); }), "points");
  expect_all_uniform(p_values(40,
                              [&](uint64_t seed) {
                                ComparisonRequest r = of("shapes", seed);
                                r.a.options.image_size = r.b.options.image_size = 8;
                                return r;
                              }),
                     "images");
  expect_all_uniform(p_values(40,
                              [&](uint64_t seed) {
                                ComparisonRequest r = of(vectors("a", 2 * seed, 30, 12), seed,
                                                         vectors("b", 2 * seed + 1, 30, 12));
                                r.b.options.split = "train";
                                return r;
                              }),
                     "vectors");
}

TEST_F(Compare, SeesUnlikeSets) {
  const Comparison points = compare_samples(
      {.a = {"ring-8", {}}, .b = {"grid-25", {}}, .limit = 150, .permutations = 199});
  const Comparison numbers = compare_samples({.a = {vectors("a", 1, 200, 12), {}},
                                              .b = {vectors("b", 2, 200, 12, 1.5), {}},
                                              .limit = 200,
                                              .permutations = 199});
  for (const Comparison& c : {points, numbers})
    for (const TwoSampleTest& t : c.tests) EXPECT_EQ(t.p_value, 1.0 / 200) << t.test;
}

TEST_F(Compare, IsAFunctionOfItsSeed) {
  const auto of = [](uint64_t seed) {
    const Comparison c = compare_samples(
        {.a = {"ring-8", {}}, .b = {"ring-8", {}}, .seed = seed, .limit = 40, .permutations = 99});
    EXPECT_TRUE(c.same_source);
    std::vector<double> values;
    for (const TwoSampleTest& t : c.tests) values.insert(values.end(), {t.statistic, t.p_value});
    return values;
  };
  EXPECT_EQ(of(5), of(5));
  EXPECT_NE(of(5), of(6));
}

TEST_F(Compare, OfOneSetWithItselfTakesDisjointParts) {
  // 40 samples, all of them needed; a copy in both parts would be its own nearest neighbour.
  const std::string all = vectors("all", 3, 40, 2);
  const Comparison c = compare_samples({.a = {all, {}}, .b = {all, {}}, .permutations = 99});
  EXPECT_EQ(c.samples, 20);
  for (const TwoSampleTest& t : c.tests) EXPECT_GT(t.p_value, 0.02) << t.test;
  EXPECT_THROW(compare_samples({.a = {vectors("few", 4, 39, 2), {}},
                                .b = {(folder_ / "few.npy").string(), {}}}),
               Error);
}

TEST_F(Compare, MakesImagesOfTwoSizesAndChannelsAlike) {
  const auto folder = [&](const std::string& name, int64_t width, int64_t height,
                          int64_t channels) {
    for (int i = 0; i < 24; ++i) {
      Image image{width + i % 3, height, channels, {}};
      uint32_t seed = static_cast<uint32_t>(i + 1);
      for (int64_t k = 0; k < image.width * height * channels; ++k)
        image.pixels.push_back(static_cast<uint8_t>((seed = seed * 1103515245 + 12345) >> 16));
      std::filesystem::create_directories(folder_ / name);
      write_file(folder_ / name / (std::to_string(i) + ".png"), write_png(image));
    }
    return ComparedSource{(folder_ / name).string(), {}};
  };
  const Comparison c = compare_samples(
      {.a = folder("colour", 40, 40, 3), .b = folder("grey", 24, 24, 1), .permutations = 99});
  EXPECT_EQ(c.shape, (std::vector<int64_t>{3, 32, 32}));
  std::string notes;
  for (const std::string& note : c.notes) notes += note + "\n";
  EXPECT_NE(notes.find("grey: its images are grey, taken as colour"), std::string::npos) << notes;
}

TEST_F(Compare, RefusesSamplesOfTwoShapes) {
  EXPECT_THROW(compare_samples({.a = {"ring-8", {}}, .b = {"shapes", {}}}), UsageError);
}

TEST_F(Compare, PointsHaveTheSpanningTreeToo) {
  const Comparison c = compare_samples({.a = {vectors("a", 1, 60, 2), {}},
                                        .b = {vectors("b", 2, 60, 2, 3), {}},
                                        .permutations = 199});
  ASSERT_EQ(c.tests.size(), 5u);
  EXPECT_EQ(c.tests[3].test, "friedman_rafsky");
  for (const TwoSampleTest& t : c.tests) EXPECT_EQ(t.p_value, 1.0 / 200) << t.test;
}

// More samples, more power; none of it where nothing is changed is the tests' level.
TEST_F(Compare, PowerGrowsWithTheNumberOfSamples) {
  const auto power = [&](int64_t limit) {
    const Comparison c = compare_samples({.a = {vectors("a", 1, 2000, 2), {}},
                                          .b = {vectors("b", 2, 400, 2), {}},
                                          .limit = limit,
                                          .permutations = 19,
                                          .simulations = 12});
    EXPECT_EQ(c.power_samples, limit);
    EXPECT_EQ(c.power.size(), 4u);
    return c.power[1].share;  // energy
  };
  EXPECT_LT(power(20), power(400));
}

TEST_F(Compare, APictureShowsWhatGaveThemAway) {
  const Comparison c = compare_samples({.a = {"shapes", {.image_size = 16}},
                                        .b = {"shapes", {.image_size = 16}},
                                        .limit = 40,
                                        .permutations = 19,
                                        .picture = true});
  ASSERT_TRUE(c.surest);
  EXPECT_EQ(c.surest->width, 8 * 16);
  EXPECT_EQ(c.surest->height, 4 * 16);
  EXPECT_NE(error_of([&] {
              compare_samples({.a = {vectors("a", 1, 60, 2), {}},
                               .b = {vectors("b", 2, 60, 2), {}},
                               .picture = true});
            }).find("a picture is of images"),
            std::string::npos);
}

TEST_F(Compare, ByAFeatureNet) {
  std::string bytes;
  for (size_t i = 0; i < 60 * 28 * 28; ++i) bytes += static_cast<char>(i * 37 + i / 784);
  write_file(folder_ / "a.npy", write_npy({Dtype::U8, {60, 28, 28}, as_bytes(bytes)}));
  const std::string a = (folder_ / "a.npy").string();
  const Comparison c = compare_samples(
      {.a = {a, {}}, .b = {a, {}}, .limit = 25, .permutations = 19, .features = "fashion-mnist"});
  EXPECT_EQ(c.features, "fashion-mnist");
  EXPECT_TRUE(c.feature_hash.starts_with("sha256:"));
  const Comparison plain =
      compare_samples({.a = {a, {}}, .b = {a, {}}, .limit = 25, .permutations = 19});
  EXPECT_EQ(plain.features, "");
  EXPECT_NE(c.tests[0].statistic, plain.tests[0].statistic);
}

}  // namespace
}  // namespace gannet::test
