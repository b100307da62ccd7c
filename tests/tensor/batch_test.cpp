#include "gannet/tensor/batch.h"

#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "gannet/base/error.h"

namespace gannet {
namespace {

std::string complaint(const Tensor& x, at::IntArrayRef expected) {
  try {
    check_shape(x, expected, "image");
    return "";
  } catch (const Error& e) {
    return e.what();
  }
}

TEST(Shape, IsCountedAndWritten) {
  EXPECT_EQ(to_string(Shape{3, 64, 64}), "[3, 64, 64]");
  EXPECT_EQ(to_string(Shape{}), "[]");
  EXPECT_EQ(count({3, 64, 64}), 12288);
  EXPECT_EQ(count({}), 1);
  EXPECT_EQ(count({7, 0}), 0);
}

TEST(CheckShape, AcceptsWhatFits) {
  const Tensor x = at::zeros({64, 3, 28, 28});
  EXPECT_EQ(complaint(x, {64, 3, 28, 28}), "");
  EXPECT_EQ(complaint(x, {-1, 3, -1, -1}), "");
  EXPECT_EQ(complaint(at::zeros({0, 2}), {-1, 2}), "");
}

TEST(CheckShape, NamesWhatIsAndWhatShouldBe) {
  const Tensor x = at::zeros({64, 1, 28, 28});
  EXPECT_EQ(complaint(x, {-1, 3, 28, 28}), "image is [64, 1, 28, 28], expected [N, 3, 28, 28]");
  EXPECT_EQ(complaint(x, {64, 3, -1, -1}), "image is [64, 1, 28, 28], expected [64, 3, H, W]");
  EXPECT_EQ(complaint(x, {-1, -1}), "image is [64, 1, 28, 28], expected [N, D]");
  EXPECT_EQ(complaint(at::zeros({2, 2}), {-1, 1, -1}), "image is [2, 2], expected [N, 1, T]");
  EXPECT_EQ(complaint({}, {-1}), "image is undefined, expected [N]");
}

}  // namespace
}  // namespace gannet
