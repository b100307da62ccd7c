// What `gannet eval` makes of arrays: which samples of them, in which range, of which split and
// classes.
#include <ATen/TensorOperators.h>
#include <ATen/ops/argsort.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "gannet/formats/png.h"
#include "support/error_of.h"
#include "support/evaluate.h"

namespace gannet {
namespace {

using EvaluateArrays = test::EvaluateTest;

// Files are often in the order of their classes.
TEST_F(EvaluateArrays, IsNotOfTheFirstSamplesOfAFile) {
  const Tensor x = vectors(1, 400, {3}, at::kDouble), all = vectors(2, 2000, {3}, at::kDouble),
               by_kind = all.index_select(0, all.select(1, 0).argsort());
  const auto swd = [&](const Tensor& real) {
    return of(save("real.npy", real), save("fake.npy", x), "swd").results[0].value;
  };
  EXPECT_NEAR(swd(by_kind), swd(all), 0.1);
  EXPECT_GT(swd(by_kind.slice(0, 0, 400)), swd(all) + 0.5) << "of one kind";
  // A splitting of the Inception score that is by class has one class in each part.
  const Tensor pictures_of =
      at::cat({pictures(7, 100, {28, 28}), at::zeros({100, 28, 28}, at::kByte)});
  const std::string real = save("r.npy", pictures(3, 200, {28, 28}));
  const auto score = [&](const Tensor& fakes) {
    return evaluate({.real = {real, {}},
                     .fake = {save("f.npy", fakes), {}},
                     .metrics = "is",
                     .features = "fashion-mnist",
                     .cache = false})
        .results[0]
        .value;
  };
  const Tensor mixed = pictures_of.view({2, 100, 28, 28}).transpose(0, 1).reshape({200, 28, 28});
  EXPECT_NEAR(score(pictures_of), score(mixed), 0.1 * score(mixed));
}

TEST_F(EvaluateArrays, DoesNotGuessRanges) {
  const Tensor unit = uniform({.seed = 1}, 0, 40, {8, 8}, at::kFloat);
  const std::string bytes = save("b.npy", pictures(1, 40, {8, 8}));
  const auto refused = [&](const Tensor& fake) {
    const std::string y = save("y.npy", fake);
    return error_of([&] { of(bytes, y, "kid"); });
  };
  for (const Tensor& between : {unit * 1.05 - 0.05, unit * 1.2})
    EXPECT_NE(refused(between).find("none of the ranges [0, 1], [-1, 1], [0, 255]"),
              std::string::npos);
  const Tensor pixels = pictures(1, 40, {1024});
  pixels.select(0, 0).fill_(0);
  pixels.select(0, 1).fill_(255);
  const std::string x = save("flat.npy", pixels.to(at::kFloat)),
                    y = save("unit.npy", pixels.to(at::kFloat) / 255);
  EXPECT_NE(error_of([&] { of(x, y, "kid"); }).find("two ranges, bytes from 0 to 255 and [0, 1]"),
            std::string::npos);
  EXPECT_EQ(error_of([&] { of(x, x, "kid"); }), "no error");
  // Black and white are 0 and 1 in any type.
  const Tensor binary = pictures(2, 40, {1024}).gt(127);
  EXPECT_EQ(error_of([&] {
              of(save("u8.npy", binary.to(at::kByte)), save("f32.npy", binary.to(at::kFloat)),
                 "kid");
            }),
            "no error");
}

// A .npz of several arrays is judged by its images of the split.
TEST_F(EvaluateArrays, TakesTheArrayOfTheSplit) {
  const auto bytes_of = [](const Tensor& x) {
    return ByteSpan(static_cast<const std::byte*>(x.const_data_ptr()), x.nbytes());
  };
  const Tensor train = uniform({.seed = 1}, 0, 30, {16, 16}, at::kFloat),
               test = uniform({.seed = 2}, 0, 30, {16, 16}, at::kFloat),
               latents = vectors(3, 30, {7}, at::kFloat);
  const std::string whole = save("test.npy", test);
  write_file(folder_ / "a.npz",
             write_npz({{"latents", {Dtype::F32, {30, 7}, bytes_of(latents)}},
                        {"x_train", {Dtype::F32, {30, 16, 16}, bytes_of(train)}},
                        {"x_test", {Dtype::F32, {30, 16, 16}, bytes_of(test)}}}));
  const Evaluation found = evaluate({.real = {whole, {}},
                                     .fake = {folder_ / "a.npz", {.split = "test"}},
                                     .metrics = "psnr,precision",
                                     .cache = false});
  EXPECT_TRUE(std::isinf(found.results[0].value)) << found.results[0].value;
  EXPECT_EQ(found.results[1].value, 1);
}

// Arrays have numbers for classes; a folder's or a set's have names.
TEST_F(EvaluateArrays, NumberedClassesAreThoseOfNames) {
  const Tensor x = pictures(1, 60, {5, 5});
  std::vector<int64_t> labels;
  for (int64_t i = 0; i < 60; ++i) {
    labels.push_back(i % 2);
    Image image{.width = 5, .height = 5, .channels = 1, .pixels = {}};
    const auto* from = x[i].const_data_ptr<uint8_t>();
    image.pixels.assign(from, from + 25);
    const Path folder = Path(folder_ / "named") / (i % 2 == 0 ? "cat" : "dog");
    std::filesystem::create_directories(folder);
    write_file(folder / (std::to_string(i) + ".png"), write_png(image));
  }
  const auto saved = [&](const std::string& name) {
    const Tensor plain = x.contiguous();
    write_file(
        folder_ / name,
        write_npz(
            {{"images",
              {Dtype::U8,
               {60, 5, 5},
               {static_cast<const std::byte*>(plain.const_data_ptr()), plain.nbytes()}}},
             {"labels", {Dtype::I64, {60}, std::as_bytes(std::span<const int64_t>(labels))}}}));
    return std::string(folder_ / name);
  };
  const Evaluation found = of(folder_ / "named", saved("a.npz"), "intra_fd");
  EXPECT_NEAR(found.results[0].value, 0, 1e-6) << "of the same images";
}

TEST_F(EvaluateArrays, NamesTheFilesOfWhatAMetricRefuses) {
  const std::string x = save("x.npy", vectors(1, 30, {3}, at::kDouble)),
                    one = save("one.npy", vectors(2, 1, {3}, at::kDouble));
  for (const char* metric : {"swd", "kid", "fd"}) {
    const std::string why = error_of([&] { of(x, one, metric); });
    EXPECT_TRUE(why.starts_with(std::string(metric) + ": ")) << why;
    EXPECT_TRUE(why.ends_with(": " + x + " and " + one)) << why;
  }
}

}  // namespace
}  // namespace gannet
