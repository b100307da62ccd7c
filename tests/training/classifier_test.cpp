#include "gannet/training/classifier.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "gannet/base/error.h"
#include "gannet/tensor/random.h"

namespace gannet {
namespace {

// Two classes of noise; the second is brighter by `shift`.
Tensor noise(int64_t n, const Shape& dims, const Tensor& labels, double shift) {
  const Tensor x = normal({.seed = 1}, 0, n, dims, at::kFloat);
  Shape spread(dims.size() + 1, 1);
  spread[0] = n;
  return x + shift * labels.to(at::kFloat).view(spread);
}

TEST(Classifier, LearnsPointsImagesVideosAndAudio) {
  const Tensor labels = integers({.seed = 2}, 0, 256, 2, at::kLong);
  for (const Shape& dims :
       {Shape{2}, Shape{1, 28, 28}, Shape{3, 130, 128}, Shape{3, 4, 16, 16}, Shape{1, 1024}}) {
    const Tensor x = noise(256, dims, labels, dims.size() == 1 ? 4.0 : 1.0);
    Net net(small_classifier("C", dims, 2, 4), 1);
    fit_classifier(net, minibatches(x, labels, 32, 1), {.steps = 80, .lr = 5e-3});
    EXPECT_GT(accuracy(class_scores(net, x), labels), 0.95) << to_string(dims);
  }
}

TEST(Classifier, IsAFunctionOfItsSeeds) {
  const Tensor labels = integers({.seed = 2}, 0, 64, 2, at::kLong), x = noise(64, {2}, labels, 1);
  const auto trained = [&](uint64_t seed) {
    Net net(small_classifier("C", {2}, 2), seed);
    fit_classifier(net, minibatches(x, labels, 16, seed), {.steps = 20});
    return class_scores(net, x);
  };
  EXPECT_TRUE(trained(1).equal(trained(1)));
  EXPECT_FALSE(trained(1).equal(trained(2)));
}

TEST(Minibatches, ShowEachSampleOnceAnEpoch) {
  const Tensor x = at::tensor({0.f, 1.f, 2.f, 3.f, 4.f, 5.f}).unsqueeze(1);
  const Minibatches batches = minibatches(x, x.squeeze(1).to(at::kLong), 3, 9);
  const Tensor first = batches(0).cond.labels, second = batches(1).cond.labels;
  EXPECT_EQ((first.sum() + second.sum()).item<int64_t>(), 15);
  EXPECT_EQ((first.square().sum() + second.square().sum()).item<int64_t>(), 55);
  EXPECT_TRUE(batches(1).real.squeeze(1).to(at::kLong).equal(second));
  EXPECT_THROW(minibatches(x, x, 7, 0), Error);
}

TEST(Classifier, SaysThatItDiverged) {
  const Tensor labels = at::tensor({0, 1}, at::kLong);
  const Tensor x = at::tensor({1e38f, -1e38f}).unsqueeze(1) * 1e38f;
  Net net(small_classifier("C", {1}, 2), 0);
  EXPECT_THROW(fit_classifier(net, minibatches(x, labels, 2, 0), {.steps = 3}), Error);
}

}  // namespace
}  // namespace gannet
