#include "gannet/tensor/slerp.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "gannet/base/error.h"
#include "gannet/tensor/random.h"

namespace gannet {
namespace {

TEST(Slerp, KeepsTheLengthOnTheWayAndBeginsAndEndsWhereAsked) {
  const Tensor a = normal({.seed = 1}, 0, 1, {100}, at::kDouble);
  Tensor b = normal({.seed = 2}, 0, 1, {100}, at::kDouble);
  b = b * (a.norm() / b.norm());
  EXPECT_TRUE(slerp(a, b, 0).allclose(a));
  EXPECT_TRUE(slerp(a, b, 1).allclose(b));
  for (const double t : {0.1, 0.5, 0.8}) {
    EXPECT_NEAR(slerp(a, b, t).norm().item<double>(), a.norm().item<double>(), 1e-9);
    EXPECT_LT((a * (1 - t) + b * t).norm().item<double>(), 0.95 * a.norm().item<double>());
  }
  const Tensor x = at::tensor({1.0, 0.0}), y = at::tensor({0.0, 1.0});
  const double root = std::sqrt(0.5);
  EXPECT_TRUE(slerp(x, y, 0.5).allclose(at::tensor({root, root})));
}

TEST(Slerp, TakesAStraightLineWhereThereIsNoCircle) {
  const Tensor a = at::tensor({1.0, 2.0});
  EXPECT_TRUE(slerp(a, 3 * a, 0.5).allclose(2 * a));
  EXPECT_TRUE(slerp(a * 0, a, 0.5).allclose(0.5 * a));
  EXPECT_THROW(slerp(a, at::tensor({1.0}), 0.5), Error);
}

}  // namespace
}  // namespace gannet
