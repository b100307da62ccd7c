#include "gannet/tensor/random.h"

#include <ATen/Parallel.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include "gannet/base/error.h"

namespace gannet {
namespace {

const at::TensorOptions kFloat32 = at::TensorOptions().dtype(at::kFloat);
const at::TensorOptions kFloat64 = at::TensorOptions().dtype(at::kDouble);

TEST(RandomTensor, RowIIsSampleFirstPlusI) {
  const Address address{.seed = 17, .step = 3};
  const Tensor x = normal(address, 5, 4, {2, 3}, kFloat32);
  ASSERT_EQ(x.sizes(), (at::IntArrayRef{4, 2, 3}));
  for (uint32_t i = 0; i < 4; ++i) {
    float row[6];
    normal(address, 5 + i, row);
    for (int64_t k = 0; k < 6; ++k) EXPECT_EQ(x.const_data_ptr<float>()[i * 6 + k], row[k]);
  }
}

TEST(RandomTensor, ASampleIsTheSameInAnyBatch) {
  const Address address{.seed = 1};
  const Tensor all = normal(address, 0, 100, {7}, kFloat32);
  for (const int64_t size : {1, 3, 64}) {
    const Tensor some = normal(address, 30, size, {7}, kFloat32);
    EXPECT_TRUE(at::equal(some, all.narrow(0, 30, size))) << size;
  }
  EXPECT_TRUE(at::equal(uniform(address, 9, 2, {5}, kFloat32),
                        uniform(address, 0, 20, {5}, kFloat32).narrow(0, 9, 2)));
}

TEST(RandomTensor, Float64HoldsTheSameNumbers) {
  const Address address{.seed = 2, .purpose = Purpose::init};
  const Tensor x = normal(address, 0, 10, {33}, kFloat64);
  EXPECT_EQ(x.scalar_type(), at::kDouble);
  EXPECT_TRUE(at::equal(x, normal(address, 0, 10, {33}, kFloat32).to(at::kDouble)));
}

TEST(RandomTensor, DoesNotDependOnTheNumberOfThreads) {
  const Address address{.seed = 8};
  const int before = at::get_num_threads();
  const Tensor one = normal(address, 0, 1000, {100}, kFloat32);
  at::set_num_threads(4);
  const Tensor four = normal(address, 0, 1000, {100}, kFloat32);
  at::set_num_threads(before);
  EXPECT_TRUE(at::equal(one, four));
}

TEST(RandomTensor, NothingAskedForIsAnEmptyTensor) {
  EXPECT_EQ(normal({}, 0, 0, {3}, kFloat32).sizes(), (at::IntArrayRef{0, 3}));
  EXPECT_EQ(normal({}, 0, 2, {0}, kFloat32).sizes(), (at::IntArrayRef{2, 0}));
  EXPECT_EQ(normal({}, 0, 2, {}, kFloat32).sizes(), (at::IntArrayRef{2}));
}

TEST(RandomTensor, IntegersAreSampleByInteger) {
  const Address address{.seed = 4, .purpose = Purpose::label};
  const Tensor k = integers(address, 10, 50, 10, kFloat32);
  ASSERT_EQ(k.scalar_type(), at::kLong);
  for (uint32_t i = 0; i < 50; ++i)
    EXPECT_EQ(k.const_data_ptr<int64_t>()[i], integer(address, 10 + i, 10));
}

TEST(RandomTensor, RefusesWhatCannotBeAddressed) {
  EXPECT_THROW(normal({}, -1, 2, {1}, kFloat32), Error);
  EXPECT_THROW(normal({}, int64_t{1} << 32, 1, {1}, kFloat32), Error);
  EXPECT_NO_THROW(normal({}, (int64_t{1} << 32) - 1, 1, {1}, kFloat32));
  EXPECT_THROW(integers({}, 0, 1, 0, kFloat32), Error);
  EXPECT_THROW(integers({}, 0, 1, int64_t{1} << 32, kFloat32), Error);
}

}  // namespace
}  // namespace gannet
