// Addressed draws that a device makes itself, of the CPU's bits.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "gannet/base/philox.h"

namespace gannet {

using at::Tensor;

// Of samples first, first + 1, ... at `address`. Where `step` is not null, the step of the address
// is read there, in the device's memory, when the numbers are made: by a step that is replayed
// (recording.h).
struct DrawPlace {
  Address address;
  uint32_t first = 0;
  const void* step = nullptr;
};

class DeviceDraws {
 public:
  virtual ~DeviceDraws() = default;
  enum class Kind { uniform, normal };
  // Fills `out`, contiguous float32 [N, ...] of the device.
  virtual void floats(Kind kind, const DrawPlace& place, const Tensor& out) = 0;
  // Fills `out`, int64 [N] of the device, with integers in [0, below).
  virtual void integers(uint32_t below, const DrawPlace& place, const Tensor& out) = 0;
};

// Those of a device; null where the CPU draws for it.
DeviceDraws* draws_of(at::Device device);

// Of a device that a program brings itself; it must stay.
void set_draws(c10::DeviceType type, DeviceDraws* draws);

}  // namespace gannet
