// Samples of arrays and sets, in the units that metrics compare.
#include "gannet/data/raw_samples.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "data/temporary.h"
#include "gannet/base/error.h"
#include "gannet/formats/npy.h"

namespace gannet {
namespace {

using testing::TemporaryFolder;

template <class T>
ByteSpan bytes_of(const std::vector<T>& values) {
  return std::as_bytes(std::span(values));
}

const std::vector<uint8_t> kPixels = {0, 255, 51, 102, 153, 204, 1, 2, 3, 4, 5, 6};
const std::vector<float> kNumbers = {1, 2, 3, 4, 5, 6, 7, 8};

TEST(Samples, OfBytesAreImagesFromZeroToOne) {
  const TemporaryFolder folder;
  write_file(folder / "a.npy", write_npy({Dtype::U8, {2, 1, 2, 3}, bytes_of(kPixels)}));
  const auto data = open_samples(folder / "a.npy");
  EXPECT_EQ(data->info().dims, (Shape{3, 1, 2}));
  EXPECT_EQ(data->size(), 2);
  const Tensor x = read_samples(*data, std::vector<int64_t>{0});
  // [H, W, C] becomes [C, H, W].
  const Tensor expected = at::tensor({0, 102, 255, 153, 51, 204}, at::kDouble).view({1, 3, 1, 2});
  EXPECT_TRUE(x.allclose(expected / 255, 1e-6, 1e-6)) << x;
  write_file(folder / "grey.npy", write_npy({Dtype::U8, {3, 2, 2}, bytes_of(kPixels)}));
  EXPECT_EQ(open_samples(folder / "grey.npy")->info().dims, (Shape{1, 2, 2}));
}

TEST(Samples, OfNumbersAreVectorsAsTheyStand) {
  const TemporaryFolder folder;
  const std::vector<int64_t> both = {1, 0};
  write_file(folder / "a.npy", write_npy({Dtype::F32, {2, 2, 2}, bytes_of(kNumbers)}));
  write_file(folder / "points.npy", write_npy({Dtype::F32, {2, 4}, bytes_of(kNumbers)}));
  write_file(folder / "b.npz",
             write_npz({{"other", {Dtype::F32, {1, 1}, bytes_of(kNumbers).first(4)}},
                        {"samples", {Dtype::F32, {2, 4}, bytes_of(kNumbers)}}}));
  const Tensor expected = at::tensor({5, 6, 7, 8, 1, 2, 3, 4}, at::kDouble).view({2, 4});
  for (const char* name : {"a.npy", "points.npy", "b.npz"})
    EXPECT_TRUE(read_samples(*open_samples(folder / name), both).allclose(expected, 1e-6)) << name;
  EXPECT_EQ(open_samples(folder / "b.npz", {.limit = 1})->size(), 1);
}

TEST(Samples, OfBuiltInSetsAreInTheirOwnUnits) {
  const auto points = open_samples("ring-8");
  const Tensor x = read_samples(*points, std::vector<int64_t>{0, 1, 2, 3});
  EXPECT_GT(x.square().sum(1).sqrt().min().item<double>(), 0.5);
  const auto shapes = open_samples("shapes", {.image_size = 16});
  const Tensor images = read_samples(*shapes, std::vector<int64_t>{7});
  EXPECT_GE(images.min().item<double>(), 0);
  EXPECT_LE(images.max().item<double>(), 1);
}

TEST(Samples, AreRefusedWhereTheyMakeNoSense) {
  const TemporaryFolder folder;
  write_file(folder / "flat.npy", write_npy({Dtype::F32, {8}, bytes_of(kNumbers)}));
  EXPECT_THROW(open_samples(folder / "flat.npy"), Error);
  write_file(folder / "two.npz", write_npz({{"a", {Dtype::F32, {2, 4}, bytes_of(kNumbers)}},
                                            {"b", {Dtype::F32, {2, 4}, bytes_of(kNumbers)}}}));
  EXPECT_THROW(open_samples(folder / "two.npz"), Error);
  const std::vector<float> odd = {1, 2, 3, std::numeric_limits<float>::quiet_NaN()};
  write_file(folder / "nan.npy", write_npy({Dtype::F32, {2, 1, 2}, bytes_of(odd)}));
  const auto data = open_samples(folder / "nan.npy");
  EXPECT_THROW(read_samples(*data, std::vector<int64_t>{1}), Error);
  EXPECT_THROW(read_samples(*data, std::vector<int64_t>{2}), Error);
  EXPECT_THROW(open_samples(folder / "nan.npy", {.split = "test"}), UsageError);
  EXPECT_THROW(open_samples(folder / "none.npy"), Error);
}

}  // namespace
}  // namespace gannet
