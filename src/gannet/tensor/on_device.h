// Tensors between the CPU and a device.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Stream.h>

#include <optional>
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

// While one is alive, this thread's work on a GPU is in a stream of its own, as recording it
// (recording.h) needs. Waits for the device at both ends.
class OwnStream {
 public:
  explicit OwnStream(at::Device device);
  ~OwnStream();
  OwnStream(const OwnStream&) = delete;
  OwnStream& operator=(const OwnStream&) = delete;

 private:
  std::optional<c10::Stream> before_;
};

// While one is alive, a GPU's convolutions and matrix products may be in TF32 (`allowed`), else in
// float32.
class Tf32 {
 public:
  explicit Tf32(bool allowed);
  ~Tf32();
  Tf32(const Tf32&) = delete;
  Tf32& operator=(const Tf32&) = delete;

 private:
  bool before_;
};

// Waits until the device has done all that it was asked for.
void synchronize(at::Device device);

// MB (10^6 bytes) that tensors have on the device now, and the most they had; of the CPU: that this
// process has.
struct MemoryUse {
  double now_mb = 0, peak_mb = 0;
};
MemoryUse memory_use(at::Device device);

}  // namespace gannet
