#include "gannet/tensor/process_group.h"

#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "support/numbers.h"
#include "support/thread_group.h"

namespace gannet {
namespace {

TEST(ProcessGroup, OfOneChangesNothing) {
  const Tensor x = test::numbers("x", {2, 3});
  EXPECT_TRUE(all_reduce(x, nullptr).is_same(x));
  EXPECT_TRUE(all_mean(x, nullptr).is_same(x));
  EXPECT_TRUE(all_gather(x, nullptr).is_same(x));
  EXPECT_TRUE(own_part(x, nullptr).is_same(x));
  EXPECT_TRUE(any(true, nullptr));
  EXPECT_FALSE(any(false, nullptr));
}

TEST(ProcessGroup, SumsGathersAndGivesEachItsPart) {
  const Tensor x = test::numbers("x", {6, 2});
  test::in_a_group(3, [&](const ProcessGroup& group) {
    const Tensor part = own_part(x, &group);
    EXPECT_TRUE(part.equal(x.narrow(0, 2 * group.rank(), 2)));
    EXPECT_TRUE(all_gather(part, &group).equal(x));
    EXPECT_TRUE(all_reduce(part, &group).allclose(x.reshape({3, 2, 2}).sum(0)));
    EXPECT_TRUE(all_mean(part, &group).allclose(x.reshape({3, 2, 2}).mean(0)));
    EXPECT_TRUE(any(group.rank() == 1, &group));
    EXPECT_FALSE(any(false, &group));
  });
}

// A loss of the whole batch, once by one process and once by three, each of which computes all of
// it: the mean over ranks has the same gradient, and the same gradient of its gradient.
TEST(ProcessGroup, IsDifferentiableTwice) {
  const Tensor x = test::numbers("x", {6, 2});
  const auto loss = [](const Tensor& all) { return (all - all.mean(0)).square().prod(1).sum(); };
  const auto gradients = [&](const ProcessGroup* group) {
    const Tensor part = own_part(x, group).clone().set_requires_grad(true);
    const Tensor first = torch::autograd::grad({loss(all_gather(part, group))}, {part}, {},
                                               /*retain_graph=*/true, /*create_graph=*/true)[0];
    return std::pair(first.detach(), torch::autograd::grad({first.square().sum()}, {part})[0]);
  };
  const auto [first, second] = gradients(nullptr);
  test::in_a_group(3, [&, &first = first, &second = second](const ProcessGroup& group) {
    const auto [own_first, own_second] = gradients(&group);
    EXPECT_TRUE(own_first.allclose(3 * own_part(first, &group)));
    EXPECT_TRUE(own_second.allclose(9 * own_part(second, &group)));
  });
}

}  // namespace
}  // namespace gannet
