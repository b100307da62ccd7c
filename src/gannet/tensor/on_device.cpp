#include "gannet/tensor/on_device.h"

#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/ops/empty.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include "gannet/base/machine.h"
#include "gannet/tensor/device.h"
#include "gannet/tensor/recording.h"

namespace gannet {

at::TensorOptions tensors_on(const std::string& device) {
  return at::TensorOptions(at::kFloat).device(torch_device(device));
}

Tensor staging(at::IntArrayRef sizes, at::ScalarType type, at::Device device) {
  return at::empty(sizes, at::TensorOptions(type).pinned_memory(device.is_cuda()));
}

Tensor moved(const Tensor& x, const at::TensorOptions& to) {
  const at::ScalarType type =
      x.is_floating_point() ? c10::typeMetaToScalarType(to.dtype()) : x.scalar_type();
  if (x.is_cpu() && !to.device().is_cpu()) takes_from_host("a tensor of the CPU");
  return x.to(to.device(), type, /*non_blocking=*/!to.device().is_cpu());
}

OwnStream::OwnStream(at::Device device) {
  if (!device.is_cuda()) return;
  synchronize(device);
  const c10::impl::VirtualGuardImpl guard(device.type());
  before_ = guard.exchangeStream(guard.getStreamFromGlobalPool(device));
}

OwnStream::~OwnStream() {
  if (!before_) return;
  try {
    synchronize(before_->device());
  } catch (const c10::Error&) {  // a GPU that failed says so at each call
  }
  c10::impl::VirtualGuardImpl(before_->device_type()).exchangeStream(*before_);
}

namespace {

void allow_tf32(bool allowed) {
  at::Context& context = at::globalContext();
  context.setAllowTF32CuDNN(allowed);
  context.setAllowTF32CuBLAS(allowed);
}

}  // namespace

Tf32::Tf32(bool allowed) : before_(at::globalContext().allowTF32CuDNN()) {
  if (allowed != before_) allow_tf32(allowed);
}

Tf32::~Tf32() {
  if (at::globalContext().allowTF32CuDNN() != before_) allow_tf32(before_);
}

void synchronize(at::Device device) {
  if (device.is_cpu()) return;
  c10::impl::VirtualGuardImpl(device.type()).synchronizeDevice(device.index());
}

MemoryUse memory_use(at::Device device) {
  if (!device.is_cuda()) {
    const ResidentMemory memory = resident_memory();
    return {.now_mb = memory.now_mb, .peak_mb = memory.peak_mb};
  }
  constexpr auto kAll = static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE);
  const auto bytes = at::accelerator::getDeviceStats(device.index()).allocated_bytes[kAll];
  return {.now_mb = static_cast<double>(bytes.current) / 1e6,
          .peak_mb = static_cast<double>(bytes.peak) / 1e6};
}

}  // namespace gannet
