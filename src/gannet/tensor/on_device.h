// Tensors between the CPU and a device.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace gannet {

using at::Tensor;

// float32 on the device that choose_device() (tensor/device.h) takes for this text.
at::TensorOptions tensors_on(const std::string& device);

// Uninitialized memory of the CPU for values that go to `device`: pinned where that lets the copy
// go on while the CPU does.
Tensor staging(at::IntArrayRef sizes, at::ScalarType type, at::Device device);

// x on the device of `to`, floating-point numbers of its type. Does not wait for the copy of
// staging() memory, which must not change afterwards.
Tensor moved(const Tensor& x, const at::TensorOptions& to);

// Waits until the device has done all that it was asked for.
void synchronize(at::Device device);

// MB (10^6 bytes) that tensors have on the device now, and the most they had; of the CPU: that this
// process has.
struct MemoryUse {
  double now_mb = 0, peak_mb = 0;
};
MemoryUse memory_use(at::Device device);

}  // namespace gannet
