#include "gannet/tensor/batch.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

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

Condition two_fields() {
  return {.labels = at::arange(3, at::kLong), .text_embedding = at::zeros({3, 2})};
}

TEST(Condition, VisitsItsDefinedFieldsByName) {
  std::vector<std::string> names;
  two_fields().for_each([&](std::string_view name, const Tensor& x) {
    names.emplace_back(name);
    EXPECT_EQ(x.size(0), 3);
  });
  EXPECT_EQ(names, (std::vector<std::string>{"labels", "text_embedding"}));
  const Condition mapped = two_fields().map([](const Tensor& x) { return x.slice(0, 0, 1); });
  EXPECT_EQ(mapped.labels.size(0), 1);
  EXPECT_FALSE(mapped.tokens.defined());
}

TEST(Condition, IsSlicedConcatenatedPaddedAndReplaced) {
  const Condition whole = two_fields();
  const std::vector<Condition> parts = {slice(whole, 0, 1), slice(whole, 1, 3)};
  EXPECT_TRUE(concat(parts).labels.equal(whole.labels));
  EXPECT_FALSE(concat(parts).attributes.defined());
  const Condition padded = pad_batch(whole, 5);
  EXPECT_EQ(padded.labels.size(0), 5);
  EXPECT_EQ(padded.labels[4].item<int64_t>(), 2) << "copies of the last sample";
  EXPECT_EQ(padded.text_embedding.size(0), 5);
  const Condition fixed{.labels = at::zeros({3}, at::kLong)};
  EXPECT_TRUE(replaced(whole, fixed).labels.equal(fixed.labels));
  EXPECT_TRUE(replaced(whole, fixed).text_embedding.defined());
}

}  // namespace
}  // namespace gannet
