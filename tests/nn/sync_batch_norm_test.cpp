// Synchronized batch norm against libtorch's batch norm of the whole batch.
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/stack.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "gannet/nn/layers.h"
#include "support/numbers.h"
#include "support/thread_group.h"

namespace gannet {
namespace {

using test::numbers;

struct Result {
  Tensor y, mean, variance;   // the value, and the running statistics after it
  Tensor dx, dweight, dbias;  // of sum(y v)
  Tensor ddx;                 // of sum(dx^2), by x
};

Result run(const Tensor& x_part, const Tensor& v, const ProcessGroup* group, bool twice) {
  const LayerPtr layer = batch_norm(0.1, 1e-5);
  const int64_t c = x_part.size(1);
  const Tensor x = x_part.clone().set_requires_grad(true);
  const Tensor weight = numbers("weight", {c}).set_requires_grad(true);
  const Tensor bias = numbers("bias", {c}).set_requires_grad(true);
  std::vector<Tensor> state{numbers("mean", {c}), numbers("variance", {c}).square() + 1};
  const RunMode mode{.training = true, .group = group};
  Call call{mode, 0, 0, state};
  const std::vector<Tensor> in{x, weight, bias};
  Result r;
  r.y = layer->reference(in, call);
  const auto grads = torch::autograd::grad({(r.y * v).sum()}, {x, weight, bias}, {},
                                           /*retain_graph=*/twice, /*create_graph=*/twice);
  r.mean = state[0];
  r.variance = state[1];
  r.dx = grads[0].detach();
  r.dweight = grads[1].detach();
  r.dbias = grads[2].detach();
  if (twice) r.ddx = torch::autograd::grad({grads[0].square().sum()}, {x})[0];
  return r;
}

void expect_near(const Tensor& found, const Tensor& expected, const char* what) {
  EXPECT_LT((found - expected).abs().max().item<double>(), 1e-12) << what;
}

void expect_equal_to_whole(const Shape& shape, int64_t ranks, bool twice) {
  const Tensor x = 3 * numbers("x", shape) + 5, v = numbers("v", shape);
  const Result whole = run(x, v, nullptr, twice);
  std::vector<Result> parts(static_cast<size_t>(ranks));
  test::in_a_group(ranks, [&](const ProcessGroup& group) {
    parts[static_cast<size_t>(group.rank())] =
        run(own_part(x, &group), own_part(v, &group), &group, twice);
  });
  const auto all = [&](Tensor Result::*part) {
    std::vector<Tensor> each;
    for (const Result& r : parts) each.push_back(r.*part);
    return each;
  };
  expect_near(at::cat(all(&Result::y)), whole.y, "y");
  expect_near(at::cat(all(&Result::dx)), whole.dx, "dx");
  expect_near(at::stack(all(&Result::dweight)).sum(0), whole.dweight, "dweight");
  expect_near(at::stack(all(&Result::dbias)).sum(0), whole.dbias, "dbias");
  if (twice) expect_near(at::cat(all(&Result::ddx)), whole.ddx, "ddx");
  for (const Result& r : parts) {
    expect_near(r.mean, whole.mean, "running mean");
    expect_near(r.variance, whole.variance, "running variance");
  }
}

TEST(SyncBatchNorm, IsBatchNormOfTheWholeBatch) {
  for (const int64_t ranks : {2, 3})
    for (const Shape& shape : {Shape{6, 4}, Shape{6, 3, 5}, Shape{6, 4, 3, 2}})
      expect_equal_to_whole(shape, ranks, /*twice=*/false);
}

TEST(SyncBatchNorm, IsDifferentiableTwice) {
  for (const int64_t ranks : {2, 3}) expect_equal_to_whole({6, 4, 3, 2}, ranks, /*twice=*/true);
}

TEST(SyncBatchNorm, OfOneValueOnEachProcessWorks) { expect_equal_to_whole({3, 4}, 3, false); }

TEST(SyncBatchNorm, IsOffWhereItIsNotWanted) {
  const Tensor x = numbers("x", {6, 4});
  test::in_a_group(2, [&](const ProcessGroup& group) {
    const LayerPtr layer = batch_norm(0.1, 1e-5);
    std::vector<Tensor> state{numbers("mean", {4}), numbers("variance", {4}).square()};
    const RunMode mode{.training = true, .group = &group, .sync_bn = false};
    Call call{mode, 0, 0, state};
    const std::vector<Tensor> in{own_part(x, &group), numbers("weight", {4}), numbers("bias", {4})};
    const Tensor y = layer->reference(in, call);
    EXPECT_LT((y.mean(0) - in[2]).abs().max().item<double>(), 1e-9);
  });
}

TEST(MinibatchStddev, OfSeveralProcessesIsThatOfTheWholeBatch) {
  const Tensor x = numbers("x", {12, 3, 2, 2}), v = numbers("v", {12, 4, 2, 2});
  const auto run = [&](const ProcessGroup* group) {
    const RunMode mode{.training = true, .group = group};
    Call call{mode, 0, 0, {}};
    const Tensor part = own_part(x, group).clone().set_requires_grad(true);
    const std::vector<Tensor> in{part};
    const Tensor y = minibatch_stddev(4)->reference(in, call);
    return std::pair(y, torch::autograd::grad({(y * own_part(v, group)).sum()}, {part})[0]);
  };
  const auto [y, dx] = run(nullptr);
  test::in_a_group(3, [&, &y = y, &dx = dx](const ProcessGroup& group) {
    const auto [own_y, own_dx] = run(&group);
    expect_near(own_y, own_part(y, &group), "y");
    expect_near(own_dx, own_part(dx, &group), "dx");
  });
}

}  // namespace
}  // namespace gannet
