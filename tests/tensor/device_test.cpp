#include "gannet/tensor/device.h"

#include <ATen/Context.h>
#include <c10/core/Device.h>
#include <c10/util/Exception.h>
#include <gtest/gtest.h>

#include "gannet/base/error.h"
#include "gannet/tensor/detail/cuda.h"
#include "gannet/tensor/on_device.h"
#include "gannet/tensor/torch_error.h"

namespace gannet {
namespace {

TEST(Device, TheCpuIsAlwaysThere) {
  EXPECT_EQ(choose_device("cpu").name, "cpu");
  EXPECT_TRUE(choose_device("cpu").is_cpu());
  EXPECT_TRUE(torch_device("cpu").is_cpu());
  EXPECT_EQ(device_kind("cuda:1"), "cuda");
  EXPECT_EQ(device_kind("cpu"), "cpu");
}

TEST(Device, OtherTextsAreWrongUsage) {
  for (const char* text : {"", "gpu", "cuda:", "cuda:-1", "cuda:1x", "cuda1", "CPU", "cpu:1", "mps",
                           "cuda:99999999999999999999"})
    EXPECT_THROW(choose_device(text), UsageError) << text;
  try {
    choose_device("cudo");
    ADD_FAILURE();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "expected auto, cpu, cuda or cuda:N: --device cudo");
    EXPECT_NE(error.hint(), "");
  }
}

CudaFacts working() {
  return {.in_libtorch = true,
          .needs = 13000,
          .cudnn = "9.24.0",
          .driver = {.device_files = true,
                     .found = true,
                     .cuda = 13000,
                     .version = "580.65.06",
                     .gpus = {{"GPU", 8000, 90}, {"GPU", 8000, 90}}},
          .devices = 2};
}

std::string what(const CudaFacts& facts, int64_t index = 0) {
  const auto problem = cuda_problem(facts, index);
  if (!problem) return "";
  EXPECT_NE(problem->hint, "");
  return problem->what;
}

TEST(Device, EachReasonAgainstCudaHasItsWords) {
  EXPECT_EQ(what(working()), "");
  EXPECT_EQ(what(working(), 1), "");
  EXPECT_EQ(what(working(), 2), "this machine has cuda:0 to cuda:1");
  CudaFacts facts = working();
  facts.devices = 1;
  EXPECT_EQ(what(facts, 1), "this machine has cuda:0 alone");
  facts = working();
  facts.driver = {};
  EXPECT_EQ(what(facts), "no NVIDIA driver is found (libcuda.so.1)");
  facts.in_libtorch = false;
  EXPECT_EQ(what(facts), "no NVIDIA driver is found (libcuda.so.1), and this libtorch has no CUDA");
  facts = working();
  facts.in_libtorch = false;
  EXPECT_EQ(what(facts), "this libtorch has no CUDA");
  facts = working();
  facts.not_opened = "libcublas.so.13: cannot open shared object file: No such file or directory";
  EXPECT_EQ(what(facts), "NVIDIA's libraries are missing: libcublas.so.13");
  facts.not_opened = "undefined symbol: x";
  EXPECT_EQ(what(facts), "libtorch's CUDA part does not open: undefined symbol: x");
  facts = working();
  facts.driver.cuda = 12080;
  facts.driver.version = "570.1";
  facts.devices = 0;
  EXPECT_EQ(what(facts),
            "the NVIDIA driver 570.1 is too old: it runs CUDA 12.8, this libtorch needs 13.0");
  facts = working();
  facts.devices = 0;
  facts.driver.problem = "no device (error 100)";
  EXPECT_EQ(what(facts), "the NVIDIA driver 580.65.06 gives no GPU: no device (error 100)");
  facts = working();
  facts.failed = "cuDNN error: CUDNN_STATUS_NOT_INITIALIZED";
  EXPECT_EQ(what(facts, 1), "cuda:1 does not work: cuDNN error: CUDNN_STATUS_NOT_INITIALIZED");
}

TEST(Device, WhatFailsOnOneGpuIsSaidOfThatGpu) {
  const auto said = [](const char* message) { return cuda_problem(working(), 1, message)->what; };
  EXPECT_EQ(said("CUDA error: no kernel image is available"),
            "cuda:1 does not work: CUDA error: no kernel image is available");
  EXPECT_EQ(said("CUDA error: out of memory"),
            "cuda:1 has no memory left: CUDA error: out of memory");
  EXPECT_FALSE(cuda_problem(working(), 1, ""));
}

TEST(Device, WhatAutoPassesOverIsALine) {
  EXPECT_EQ(ChosenDevice{}.warning(), "");
  ChosenDevice chosen{.passed_over = "this libtorch has no CUDA"};
  EXPECT_EQ(chosen.warning(),
            "the CPU is used, not the GPU: this libtorch has no CUDA (gannet doctor says more)");
  chosen.name = "cuda:1";
  EXPECT_EQ(chosen.warning(),
            "cuda:1 is used, not cuda:0: this libtorch has no CUDA (gannet doctor says more)");
}

TEST(Device, NumbersBeyondTheLastGpuAreNoWrongUsage) {
  if (has_nvidia_device_files()) GTEST_SKIP() << "a machine with a GPU";
  try {
    choose_device("cuda:99");
    ADD_FAILURE();
  } catch (const UsageError& error) {
    ADD_FAILURE() << error.what();
  } catch (const Error& error) {
    EXPECT_EQ(error.where(), "--device cuda:99");
  }
}

TEST(Device, AMinorVersionOfADriverIsOldEnough) {
  CudaFacts facts = working();
  facts.needs = 13020;
  EXPECT_EQ(what(facts), "");
}

TEST(Device, ErrorsOfLibtorchAreOneLine) {
  const c10::OutOfMemoryError memory(
      {__func__, __FILE__, __LINE__},
      "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.11 GiB of "
      "which 1.20 GiB is free. Including non-PyTorch memory, this process has 77 GiB in use.");
  const Error error = plain_error(memory, "a smaller --batch");
  EXPECT_STREQ(error.what(),
               "out of GPU memory: Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.11 "
               "GiB of which 1.20 GiB is free");
  EXPECT_EQ(error.hint(), "a smaller --batch");
  const c10::Error lost({__func__, __FILE__, __LINE__},
                        "CUDA error: unspecified launch failure\nCUDA kernel errors might ...");
  EXPECT_STREQ(plain_error(lost, "").what(),
               "the GPU failed: CUDA error: unspecified launch failure");
  const c10::Error context({__func__, __FILE__, __LINE__},
                           "CUDA error: out of memory\nCUDA kernel errors might ...");
  EXPECT_STREQ(plain_error(context, "").what(), "out of GPU memory: CUDA error: out of memory");
  EXPECT_EQ(plain_error(context, "a smaller --batch").hint(), "a smaller --batch");
  const c10::Error other({__func__, __FILE__, __LINE__}, "sizes do not match");
  EXPECT_STREQ(plain_error(other, "").what(), "sizes do not match");
  EXPECT_EQ(plain_error(other, "x").hint(), "");
}

TEST(Device, AnOperatorThatIsNotDeterministicIsNamedInPlainWords) {
  struct Keep : c10::WarningHandler {
    void process(const c10::Warning& warning) override { text = warning.msg(); }
    std::string text;
  } keep;
  at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/true);
  {
    const c10::WarningUtils::WarningHandlerGuard guard(&keep);
    at::Context::alertNotDeterministic("some_backward_cuda");
  }
  at::globalContext().setDeterministicAlgorithms(false, false);
  EXPECT_EQ(plain_warning(keep.text),
            "the operator some_backward_cuda adds in no fixed order on this device: a resume may "
            "differ in the last bits");
  EXPECT_EQ(plain_warning("something else"), "something else");
}

TEST(OnDevice, TheCpuCopiesNothing) {
  const Tensor x = staging({2, 3}, at::kFloat, at::kCPU);
  EXPECT_TRUE(moved(x, tensors_on("cpu")).is_same(x));
  EXPECT_GT(memory_use(at::kCPU).peak_mb, 0);
  synchronize(at::kCPU);
}

}  // namespace
}  // namespace gannet
