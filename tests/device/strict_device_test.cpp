// That the strict device is strict: what passes on it and must not, no other test would find.
#include "device/strict_device.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>
#include <gtest/gtest.h>

#include "gannet/base/error.h"
#include "gannet/tensor/device.h"
#include "gannet/tensor/on_device.h"

namespace gannet::test {
namespace {

at::TensorOptions on_device() { return at::TensorOptions(at::Device(kStrictDevice)); }

Tensor far(at::IntArrayRef sizes) { return at::ones(sizes, on_device()); }

TEST(StrictDevice, RefusesToMixDevices) {
  const Tensor x = far({2, 3}), y = at::ones({2, 3});
  EXPECT_THROW(x + y, c10::Error);
  EXPECT_THROW(y * x, c10::Error);
  EXPECT_THROW(at::cat({x, y}), c10::Error);
  EXPECT_THROW(at::ones({2, 3}).add_(x), c10::Error);
  EXPECT_THROW(x.index_select(0, at::arange(2)), c10::Error);
  EXPECT_THROW(at::conv2d(far({1, 1, 4, 4}), at::ones({1, 1, 2, 2})), c10::Error);
  EXPECT_THROW(x.masked_fill(y.gt(0), 1), c10::Error);
}

TEST(StrictDevice, AllowsWhatCudaAllows) {
  const Tensor x = far({2, 3});
  EXPECT_EQ((x + at::ones({})).sum().item<float>(), 12);
  EXPECT_EQ((2 * x).sum().item<float>(), 12);
  EXPECT_EQ(x.index({at::arange(1)}).sum().item<float>(), 3);
  Tensor y = at::zeros({2, 3});
  y.copy_(x);
  EXPECT_EQ(y.sum().item<float>(), 6);
}

TEST(StrictDevice, CountsWhereTheCpuWaits) {
  (void)take_waits();
  const Tensor x = far({3}) * 2;
  EXPECT_TRUE(take_waits().empty());
  (void)x.sum().item<float>();
  (void)x.to(at::kCPU);
  (void)x.nonzero();
  const auto waits = take_waits();
  EXPECT_EQ(waits.at("item"), 1);
  EXPECT_EQ(waits.at("copy to the CPU"), 1);
  EXPECT_EQ(waits.at("aten::nonzero"), 1);
}

TEST(StrictDeviceDeathTest, ReadingItsMemoryCrashes) {
  const Tensor x = far({3});
  EXPECT_DEATH(
      {
        volatile float value = *x.const_data_ptr<float>();
        (void)value;
      },
      "");
}

TEST(StrictDevice, ViewsAndResizesShareMemory) {
  Tensor x = at::zeros({4}, on_device());
  x.slice(0, 1, 3).fill_(5);
  x.view({2, 2}).select(0, 1).add_(1);
  const Tensor y = x.to(at::kCPU);
  EXPECT_TRUE(y.equal(at::ones({4}) * at::cat({at::zeros({1}), at::ones({1}) * 5, at::ones({1}) * 6,
                                               at::ones({1})})));
  x.resize_({100}).fill_(2);
  EXPECT_EQ(x.sum().item<float>(), 200);
}

TEST(StrictDevice, IsChosenByItsName) {
  EXPECT_EQ(choose_device(kStrictDevice).name, std::string(kStrictDevice) + ":0");
  EXPECT_EQ(torch_device(kStrictDevice), at::Device("strict:0"));
  EXPECT_THROW(choose_device("strict:1"), UsageError);
  EXPECT_EQ(moved(at::ones({2}), tensors_on(kStrictDevice)).device(), at::Device("strict:0"));
}

}  // namespace
}  // namespace gannet::test
