// The device that tensors are computed on: --device. No torch in here.
#pragma once

#include <string>
#include <string_view>

namespace c10 {
struct Device;
}

namespace gannet {

inline constexpr std::string_view kDeviceHelp =
    "where tensors are computed: auto (a GPU that works, else the CPU), cpu, cuda or cuda:N";

struct ChosenDevice {
  std::string name = "cpu";  // "cpu", "cuda:0"
  std::string model;         // "NVIDIA H100 PCIe"; "" of the CPU
  double memory_mb = 0;      // of the GPU
  // Where auto takes the CPU although the machine seems to have a GPU, or another GPU than the
  // first: why.
  std::string passed_over;

  bool is_cpu() const { return name == "cpu"; }
  std::string text() const;     // "cuda:0, NVIDIA H100 PCIe, 80.0 GB"
  std::string warning() const;  // what was passed over, as a line; ""
};

// The device of "auto", "cpu", "cuda" or "cuda:N", ready to be used. libtorch's CUDA part is opened
// by the first call that needs it, which must come before a backward pass and before libtorch is
// asked for GPUs; of several GPUs only the one asked for gets memory taken. float32 is computed as
// such (no TF32), and operators are deterministic. Throws UsageError for another text, and Error
// with a hint, saying why, for a device that cannot be used.
ChosenDevice choose_device(const std::string& device);

// Has this process opened libtorch's CUDA part?
bool cuda_is_open();

// The same as libtorch's.
c10::Device torch_device(const std::string& device);

// "cpu" or "cuda": the kind of a device, without its number.
std::string device_kind(const std::string& name);

// What `gannet doctor` shows of libtorch's CUDA; strings are "" where there is none.
struct CudaReport {
  bool in_libtorch = false;    // its CUDA part is there
  std::string runtime, cudnn;  // "13.0", "9.24.0"
  std::string problem, hint;   // why cuda:0 cannot be used; "": it can
};
CudaReport examine_cuda();

}  // namespace gannet
