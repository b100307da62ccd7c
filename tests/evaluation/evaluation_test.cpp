// `gannet eval` as a whole, on arrays and points: figures are those of the functions in metrics/,
// each with its protocol; statistics that are kept change nothing; and what is refused.
#include "gannet/evaluation/evaluation.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "data/temporary.h"
#include "gannet/evaluation/feature_net.h"
#include "gannet/evaluation/statistics_cache.h"
#include "gannet/formats/idx.h"
#include "gannet/formats/npy.h"
#include "gannet/metrics/frechet.h"
#include "gannet/metrics/kernel_distance.h"
#include "gannet/metrics/modes.h"
#include "gannet/metrics/precision_recall.h"
#include "gannet/tensor/random.h"
#include "support/error_of.h"
#include "support/evaluate.h"

namespace gannet {
namespace {

using Evaluate = test::EvaluateTest;

TEST_F(Evaluate, TakesNumbersAsTheyAre) {
  const Tensor x = vectors(1, 60, {5}, at::kDouble) * 1e3 + 1e6,
               y = vectors(2, 50, {5}, at::kDouble) * 900 + 1e6;
  const Evaluation found = of(save("x.npy", x), save("y.npy", y), "fd,kid,precision,1nn");
  ASSERT_EQ(found.results.size(), 4u);
  const double expected = frechet_distance(x, y);
  EXPECT_NEAR(found.results[0].value, expected, 1e-9 * expected);
  EXPECT_NEAR(found.results[1].value, kernel_distance(x, y).value,
              1e-9 * std::abs(kernel_distance(x, y).value));
  EXPECT_EQ(found.results[2].value, precision(neighbourhoods(x, y, {3})));
  EXPECT_EQ(found.results[3].value, nearest_neighbour_accuracy(neighbourhoods(x, y, {3})).accuracy);
  EXPECT_TRUE(found.results[1].error.has_value());
  const EvaluationProtocol& p = found.results[2].protocol;
  EXPECT_EQ(p.n_real, 60);
  EXPECT_EQ(p.n_fake, 50);
  EXPECT_EQ(p.k, 3);
  EXPECT_EQ(p.features, "pixels");
  EXPECT_EQ(p.feature_hash.size(), 71u);
  EXPECT_EQ(p.filter, "none");
  ASSERT_TRUE(found.results[0].reference.has_value());
  EXPECT_EQ(found.results[0].reference->n_real, 30);  // halves
}

TEST_F(Evaluate, TakesBytesAsPixelsFromZeroToOne) {
  const Tensor x = pictures(3, 90, {8, 8, 3}), y = pictures(4, 80, {8, 8, 3});
  const Evaluation found = of(save("x.npy", x), save("y.npy", y), "kid,density_k2");
  const Tensor a = x.flatten(1).to(at::kDouble) / 255, b = y.flatten(1).to(at::kDouble) / 255;
  EXPECT_NEAR(found.results[0].value, kernel_distance(a, b).value, 1e-12);
  EXPECT_EQ(found.results[1].value, density(neighbourhoods(a, b, {2}), 2));
  EXPECT_EQ(found.results[1].protocol.shape, (Shape{3, 8, 8}));
}

TEST_F(Evaluate, TakesWholeNumbersFrom0To255AsBytes) {
  const Tensor x = pictures(3, 60, {8, 8, 3}), y = pictures(4, 50, {8, 8, 3});
  const std::string bytes = save("y.npy", y);
  const double expected = of(save("x.npy", x), bytes, "kid").results[0].value;
  for (const Dtype type : {Dtype::I64, Dtype::I32, Dtype::U16}) {
    const Tensor whole = x.to(type == Dtype::I64   ? at::kLong
                              : type == Dtype::I32 ? at::kInt
                                                   : at::kShort);
    const auto* begin = static_cast<const std::byte*>(whole.const_data_ptr());
    write_file(folder_ / "w.npy", write_npy({type, x.sizes().vec(), {begin, whole.nbytes()}}));
    EXPECT_EQ(of(folder_ / "w.npy", bytes, "kid").results[0].value, expected);
  }
}

TEST_F(Evaluate, TakesPicturesOfFloatsExactly) {
  const Tensor x = uniform({.seed = 5}, 0, 60, {8, 8, 3}, at::kFloat),
               y = uniform({.seed = 6}, 0, 50, {8, 8, 3}, at::kFloat);
  const double expected = kernel_distance(x.flatten(1), y.flatten(1)).value;
  EXPECT_NEAR(of(save("x.npy", x), save("y.npy", y), "kid").results[0].value, expected, 1e-9);
  const Evaluation wide = of(save("a.npy", x * 2 - 1), save("b.npy", y * 2 - 1), "kid");
  EXPECT_NEAR(wide.results[0].value, expected, 1e-6);
}

TEST_F(Evaluate, ChoosesAsManySamplesAsTheNameSays) {
  const std::string x = save("x.npy", vectors(5, 400, {3}, at::kFloat)),
                    y = save("y.npy", vectors(6, 300, {3}, at::kFloat));
  const Evaluation found = of(x, y, "fd100,fd,fd100");
  ASSERT_EQ(found.results.size(), 2u);
  EXPECT_EQ(found.results[0].protocol.n_fake, 100);
  EXPECT_EQ(found.results[0].reference->n_real, 100);
  EXPECT_EQ(found.results[0].reference->n_other, 100);
  EXPECT_GT(found.results[0].value, found.results[1].value);  // the bias of few samples
  EXPECT_EQ(of(x, y, "fd100").results[0].value, found.results[0].value);
  EXPECT_EQ(error_of([&] { of(x, y, "fd1k"); }), "fd1k needs 1000 samples, found 400: " + x);
}

TEST_F(Evaluate, KeepsStatisticsOfTheRealSet) {
  const std::string x = save("x.npy", vectors(7, 100, {4}, at::kFloat)),
                    y = save("y.npy", vectors(8, 90, {4}, at::kFloat));
  const std::string metrics = "fd,kid,prdc,1nn,parzen,swd";
  const Evaluation first = of(x, y, metrics), again = of(x, y, metrics),
                   anew = of(x, y, metrics, false);
  const Path kept = StatisticsCache::default_folder();
  ASSERT_TRUE(std::filesystem::is_directory(kept));
  int64_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kept)) {
    ++files;  // a file that is cut is computed anew
    std::filesystem::resize_file(entry.path(), std::filesystem::file_size(entry.path()) / 2);
  }
  EXPECT_GT(files, 2);
  const Evaluation cut = of(x, y, metrics);
  for (size_t i = 0; i < first.results.size(); ++i)
    for (const Evaluation* other : {&again, &anew, &cut}) {
      EXPECT_EQ(other->results[i].value, first.results[i].value) << first.results[i].request.name;
      EXPECT_EQ(other->results[i].reference->value, first.results[i].reference->value);
    }
}

TEST_F(Evaluate, BoundsWhatItKeeps) {
  StatisticsCache cache(true, folder_ / "kept", 20'000);
  const auto keep = [&](const std::string& key) {
    return cache.get(key, [] { return NamedTensors{{"x", vectors(9, 60, {10}, at::kDouble)}}; });
  };
  for (const char* key : {"a", "b", "c", "d", "e", "f"}) keep(key);
  uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "kept"))
    bytes += entry.file_size();
  EXPECT_LE(bytes, 22'000u);
  EXPECT_TRUE(std::filesystem::exists(cache.file("f")));
  EXPECT_FALSE(std::filesystem::exists(cache.file("a")));
  EXPECT_EQ(StatisticsCache(true, "/proc/none", 20'000)
                .get("a",
                     [] {
                       return NamedTensors{{"x", vectors(1, 2, {2}, at::kDouble)}};
                     })
                .size(),
            1u);
}

TEST_F(Evaluate, MeasuresRealAgainstReal) {
  const Evaluation found = evaluate({.real = {"ring-8", {}},
                                     .fake = {"ring-8", {.split = "test"}},
                                     .metrics = "fd1k,precision1k,swd1k"});
  for (const MetricResult& r : found.results) {
    ASSERT_TRUE(r.reference.has_value());
    EXPECT_EQ(r.reference->what, "two disjoint parts of train");
  }
  EXPECT_NEAR(found.results[1].value, found.results[1].reference->value, 0.05);
}

TEST_F(Evaluate, HasErrorsOverTheSamples) {
  const std::string x = save("x.npy", vectors(1, 300, {3}, at::kDouble)),
                    y = save("y.npy", vectors(2, 200, {3}, at::kDouble));
  for (const MetricResult& r : of(x, y, "fd,kid,prdc,1nn,authenticity,parzen").results) {
    ASSERT_TRUE(r.error.has_value()) << r.request.name;
    EXPECT_GT(*r.error, 0) << r.request.name;
  }
  const MetricResult precision = of(x, y, "precision").results[0];
  EXPECT_NEAR(*precision.error, std::sqrt(precision.value * (1 - precision.value) / 200), 1e-15);
}

TEST_F(Evaluate, TestsWhetherTwoSetsAreOfOneDistribution) {
  const std::string x = save("x.npy", vectors(1, 1200, {3}, at::kDouble)),
                    y = save("y.npy", vectors(2, 1100, {3}, at::kDouble)),
                    far = save("far.npy", vectors(3, 150, {3}, at::kDouble) + 1);
  for (const MetricResult& r : of(x, y, "two-sample").results) {
    EXPECT_GT(r.value, 0.005) << r.request.name;
    EXPECT_EQ(r.protocol.n_real, 1000);
    EXPECT_EQ(r.details.at("permutations"), 999);
  }
  const Evaluation found = of(x, far, "two-sample");
  ASSERT_EQ(found.results.size(), 4u);
  for (const MetricResult& r : found.results) {
    EXPECT_LE(r.value, 0.05) << r.request.name;
    EXPECT_EQ(r.protocol.n_fake, 150);
  }
  // Unlike units do not matter to points; where both are the same, nothing can tell them apart.
  const Evaluation alike = of(x, x, "p_mmd,p_energy");
  for (const MetricResult& r : alike.results) EXPECT_GT(r.value, 0.5);
  const std::string few = save("few.npy", vectors(4, 19, {3}, at::kDouble)),
                    pictures_file = save("p.npy", pictures(1, 40, {8, 8}));
  EXPECT_EQ(error_of([&] { of(x, few, "p_1nn"); }),
            "p_1nn needs at least 20 samples of each side, found 19: " + few);
  EXPECT_NE(error_of([&] { of(x, y, "p_mmd6k"); }).find("at most 5000"), std::string::npos);
  EXPECT_NE(error_of([&] {
              of(pictures_file, pictures_file, "p_friedman_rafsky");
            }).find("compares points"),
            std::string::npos);
}

// Of each channel by itself, by the classifier of its data.
TEST_F(Evaluate, CountsTheModesOfStackedImages) {
  std::filesystem::create_directories(folder_ / "data/fashion-mnist");
  const Tensor grey = pictures(5, 40, {28, 28});
  std::vector<uint8_t> values(grey.const_data_ptr<uint8_t>(),
                              grey.const_data_ptr<uint8_t>() + grey.numel());
  std::vector<uint8_t> classes(40);
  for (const char* part : {"train", "t10k"}) {
    const Path file = Path(folder_ / "data/fashion-mnist") / part;
    write_file(file.string() + "-images-idx3-ubyte", write_idx({{40, 28, 28}, values}));
    write_file(file.string() + "-labels-idx1-ubyte", write_idx({{40}, classes}));
  }
  const Tensor fake = pictures(6, 50, {28, 28, 3});
  const auto of_stacked = [&](const std::string& metrics) {
    return of("stacked-fashion", save("fake.npy", fake), metrics);
  };
  const Evaluation found = of_stacked("modes,reverse_kl");
  const FeatureNet net = shipped_feature_net("fashion-mnist");
  Tensor label = at::zeros({50}, at::kLong);
  for (int64_t c = 0; c < 3; ++c)
    label = 10 * label + net(fake.select(3, c).unsqueeze(1).contiguous()).scores.argmax(1);
  const LabelModes expected = count_label_modes(label, 1000);
  EXPECT_EQ(found.results[0].value, static_cast<double>(expected.modes));
  EXPECT_EQ(found.results[1].value, expected.reverse_kl);
  EXPECT_EQ(found.results[0].protocol.features, "fashion-mnist");
  EXPECT_TRUE(found.results[1].reference.has_value());
  EXPECT_NE(error_of([&] { of_stacked("mode_spread"); }).find("mixtures of Gaussians"),
            std::string::npos);
}

TEST_F(Evaluate, RefusesWhatCannotBeCompared) {
  const Tensor unit = uniform({.seed = 1}, 0, 40, {8, 8}, at::kFloat);
  const std::string x = save("x.npy", unit), y = save("y.npy", unit * 2 - 1),
                    bytes = save("b.npy", pictures(1, 40, {8, 8}));
  EXPECT_NE(error_of([&] { of(x, y, "kid"); }).find("two ranges, [0, 1] and [-1, 1]"),
            std::string::npos);
  EXPECT_NE(error_of([&] { of(bytes, x, "kid"); }).find("two ranges"), std::string::npos);
  EXPECT_EQ(error_of([&] { of(x, x, "kid40"); }), "no error");
  EXPECT_NE(error_of([&] { of(bytes, bytes, "ms_ssim"); }).find("16 pixels a side"),
            std::string::npos);
  const std::string few = save("few.npy", vectors(1, 5, {5}, at::kFloat)),
                    other = save("other.npy", vectors(1, 50, {4}, at::kFloat));
  EXPECT_NE(error_of([&] { of(few, few, "fd"); }).find("needs more samples than that, found 5"),
            std::string::npos);
  EXPECT_EQ(
      error_of([&] { of(few, few, "prdc_k5"); }),
      "prdc_k5 compares by 5 nearest neighbours: expected more than 5 real samples, found 5: " +
          few);
  EXPECT_EQ(error_of([&] { of(few, few, "prdc1k_k2"); }),
            "prdc1k_k2 needs 1000 samples, found 5: " + few);
  EXPECT_NE(error_of([&] { of(few, other, "kid"); }).find("two shapes"), std::string::npos);
  // By default it is left out, and that is said.
  const std::string wide = save("wide.npy", vectors(1, 20, {30}, at::kFloat));
  const Evaluation found = of(wide, wide, "default");
  EXPECT_EQ(found.results[0].request.name, "kid");
  EXPECT_NE(found.notes.back().find("fd is left out"), std::string::npos);
}

}  // namespace
}  // namespace gannet
