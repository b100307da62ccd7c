#include "device/strict_device.h"

#include <ATen/EmptyTensor.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>
#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <ATen/ops/_local_scalar_dense.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/DeviceType.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/library.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>
#include <vector>

namespace gannet::test {
namespace {

using at::Tensor;
using torch::jit::Stack;

constexpr auto kStrict = c10::DeviceType::PrivateUse1;

// No address of a process has this bit, whether x86 or ARM: a read by the CPU is a crash, as it is
// of a GPU's memory.
constexpr uintptr_t kFar = uintptr_t{1} << 55;

std::mutex waits_mutex;
std::map<std::string, int> waits;

void count_wait(const std::string& operation) {
  const std::lock_guard lock(waits_mutex);
  ++waits[operation];
}

std::string failure;  // of the next operation
std::atomic<bool> fails = false;

void fail_where_asked() {
  if (fails.exchange(false)) TORCH_CHECK(false, failure);
}

// A storage of the device is a far address, and owns the CPU's storage behind it.
struct Memory {
  c10::Storage near;
};
void release(void* memory) { delete static_cast<Memory*>(memory); }

void* far_address(const c10::Storage& near) {
  void* address = near.mutable_data();
  return address == nullptr ? nullptr
                            : reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(address) + kFar);
}

c10::DataPtr far_pointer(const c10::Storage& near) {
  return {far_address(near), new Memory{near}, release, c10::Device(kStrict, 0)};
}

c10::Storage far_storage(const c10::Storage& near) {
  return c10::make_intrusive<c10::StorageImpl>(c10::StorageImpl::use_byte_size_t(), near.nbytes(),
                                               far_pointer(near), c10::GetAllocator(kStrict),
                                               /*resizable=*/true);
}

c10::Storage near_storage(const c10::Storage& far) {
  return static_cast<Memory*>(far.data_ptr().get_context())->near;
}

Tensor with_layout_of(const Tensor& x, c10::Storage storage, c10::DispatchKey key) {
  Tensor y = at::detail::make_tensor<c10::TensorImpl>(std::move(storage), c10::DispatchKeySet(key),
                                                      x.dtype());
  auto* impl = y.unsafeGetTensorImpl();
  impl->set_sizes_and_strides(x.sizes(), x.strides(), x.storage_offset());
  impl->_set_conj(x.is_conj());
  impl->_set_neg(x.is_neg());
  return y;
}

bool is_far(const Tensor& x) { return x.defined() && x.device().type() == kStrict; }

// The same numbers as a tensor of the CPU, in the same memory.
Tensor near(const Tensor& x) {
  return is_far(x) ? with_layout_of(x, near_storage(x.storage()), c10::DispatchKey::CPU) : x;
}

// One call of an operator: its arguments as the CPU's, and afterwards its results as the device's.
class NearCall {
 public:
  explicit NearCall(const c10::OperatorHandle& op)
      : name_(c10::toString(op.operator_name())), schema_(op.schema()) {}

  void prepare(Stack& stack) {
    for (auto value = stack.end() - schema_.arguments().size(); value != stack.end(); ++value)
      *value = to_near(*value);
    TORCH_CHECK(!any_far_ || !any_near_, "the operator ", name_,
                " mixes the device's tensors with the CPU's");
  }

  void finish(Stack& stack) {
    for (const auto& [far, near] : pairs_) take_new_memory(far, near);
    for (auto value = stack.end() - schema_.returns().size(); value != stack.end(); ++value)
      *value = to_far(*value);
  }

 private:
  c10::IValue to_near(const c10::IValue& value) {
    if (value.isDevice() && value.toDevice().type() == kStrict) return c10::Device(at::kCPU);
    if (value.isTensor()) return enter(value.toTensor(), /*index=*/false);
    if (value.isTensorList()) {
      c10::List<Tensor> list;
      for (const Tensor& x : value.toTensorVector()) list.push_back(enter(x, /*index=*/false));
      return list;
    }
    if (value.isOptionalTensorList()) {  // of index and index_put_, which may be the CPU's
      c10::List<std::optional<Tensor>> list;
      for (const std::optional<Tensor>& x : value.toOptionalTensorVector())
        list.push_back(x ? std::optional(enter(*x, /*index=*/true)) : std::nullopt);
      return list;
    }
    return value;
  }

  Tensor enter(const Tensor& x, bool index) {
    if (!is_far(x)) {
      any_near_ |= x.defined() && x.dim() > 0 && !index;  // a number is no tensor of a device
      return x;
    }
    any_far_ = true;
    pairs_.emplace_back(x, near(x));
    return pairs_.back().second;
  }

  // Of an argument that was resized.
  static void take_new_memory(const Tensor& far, const Tensor& near) {
    c10::Storage storage = far.storage();
    const c10::Storage& now = near.storage();
    if (storage.data() != far_address(now)) {
      storage.set_data_ptr_noswap(far_pointer(now));
      storage.set_nbytes(now.nbytes());
    }
    if (far.sizes() != near.sizes() || far.strides() != near.strides() ||
        far.storage_offset() != near.storage_offset())
      far.unsafeGetTensorImpl()->set_sizes_and_strides(near.sizes(), near.strides(),
                                                       near.storage_offset());
  }

  c10::IValue to_far(const c10::IValue& value) {
    if (value.isTensor()) return leave(value.toTensor());
    if (!value.isTensorList()) return value;
    c10::List<Tensor> list;
    for (const Tensor& x : value.toTensorVector()) list.push_back(leave(x));
    return list;
  }

  // An argument again, a view of one, or new memory.
  Tensor leave(const Tensor& x) const {
    if (!x.defined()) return x;
    for (const auto& [far, near] : pairs_)
      if (near.unsafeGetTensorImpl() == x.unsafeGetTensorImpl()) return far;
    const auto argument =
        std::ranges::find_if(pairs_, [&](const auto& pair) { return pair.second.is_alias_of(x); });
    return with_layout_of(
        x, argument != pairs_.end() ? argument->first.storage() : far_storage(x.storage()),
        c10::DispatchKey::PrivateUse1);
  }

  const std::string name_;
  const c10::FunctionSchema& schema_;
  std::vector<std::pair<Tensor, Tensor>> pairs_;
  bool any_far_ = false, any_near_ = false;
};

// Sizes of results depend on values: a GPU's queue must run empty first.
constexpr std::string_view kWaiting[] = {"aten::nonzero", "aten::masked_select", "aten::_unique2",
                                         "aten::equal", "aten::bincount"};

void run_near(const c10::OperatorHandle& op, Stack* stack) {
  const std::string& name = op.operator_name().name;
  if (std::ranges::find(kWaiting, name) != std::end(kWaiting)) count_wait(name);
  fail_where_asked();
  NearCall call(op);
  call.prepare(*stack);
  op.redispatchBoxed(c10::DispatchKeySet(c10::DispatchKey::CPU), stack);
  call.finish(*stack);
}

Tensor copy_from(const Tensor& from, const Tensor& to, bool /*non_blocking*/) {
  if (is_far(from) && !is_far(to)) count_wait("copy to the CPU");
  const at::AutoDispatchBelowADInplaceOrView below_autograd;
  near(to).copy_(near(from));
  return to;
}

c10::Scalar local_scalar(const Tensor& x) {
  count_wait("item");
  return at::_local_scalar_dense(near(x));
}

TORCH_LIBRARY_IMPL(_, PrivateUse1, library) {
  library.fallback(torch::CppFunction::makeFromBoxedFunction<&run_near>());
}

// Each operator that the CPU has a kernel of runs that one, not the composition of others that a
// new device would get.
TORCH_LIBRARY_IMPL(aten, PrivateUse1, library) {
  library.impl("_copy_from", copy_from);
  library.impl("_local_scalar_dense", local_scalar);
  for (const c10::OperatorName& name : c10::Dispatcher::singleton().getAllOpNames()) {
    const auto op = c10::Dispatcher::singleton().findOp(name);
    if (!op || !name.name.starts_with("aten::") || name.name == "aten::_local_scalar_dense" ||
        name.name == "aten::_copy_from" || name.name == "aten::copy_")
      continue;
    if (op->hasKernelForDispatchKey(c10::DispatchKey::CPU) || name.name == "aten::convolution" ||
        name.name == "aten::convolution_backward")
      library.impl(c10::toString(name).c_str() + 6,  // without "aten::"
                   torch::CppFunction::makeFromBoxedFunction<&run_near>());
  }
}

// One device, one stream.
struct Guard final : c10::impl::NoOpDeviceGuardImpl<kStrict> {
  static c10::Device device() { return {kStrict, 0}; }
  static c10::Stream stream() { return c10::Stream(c10::Stream::DEFAULT, device()); }
  c10::Device exchangeDevice(c10::Device) const override { return device(); }
  c10::Device getDevice() const override { return device(); }
  c10::Stream getStream(c10::Device) const noexcept override { return stream(); }
  c10::Stream getDefaultStream(c10::Device) const override { return stream(); }
  c10::Stream getStreamFromGlobalPool(c10::Device, bool) const override { return stream(); }
  c10::Stream getNewStream(c10::Device, int) const override { return stream(); }
  c10::Stream exchangeStream(c10::Stream) const noexcept override { return stream(); }
  void record(void**, const c10::Stream&, const c10::DeviceIndex,
              const c10::EventFlag) const override {}
  void block(void*, const c10::Stream&) const override {}
  bool queryEvent(void*) const override { return true; }
  void synchronizeEvent(void*) const override {}
  void synchronizeDevice(const c10::DeviceIndex) const override {}
  void recordDataPtrOnStream(const c10::DataPtr&, const c10::Stream&) const override {}
};
const c10::impl::DeviceGuardImplRegistrar guard(kStrict, new Guard());

struct FarAllocator final : c10::Allocator {
  c10::DataPtr allocate(size_t bytes) override {
    return far_pointer(c10::make_intrusive<c10::StorageImpl>(
        c10::StorageImpl::use_byte_size_t(), bytes, c10::GetCPUAllocator(), /*resizable=*/true));
  }
  void copy_data(void*, const void*, std::size_t) const override {
    TORCH_CHECK(false, "a raw copy of the device's memory");
  }
};
FarAllocator allocator;
const bool allocator_registered = [] {
  c10::SetAllocator(kStrict, &allocator);
  return true;
}();

struct Hooks final : at::PrivateUse1HooksInterface {
  bool isBuilt() const override { return true; }
  bool isAvailable() const override { return true; }
  bool hasPrimaryContext(c10::DeviceIndex) const override { return true; }
  c10::DeviceIndex deviceCount() const override { return 1; }
};
Hooks hooks;
const bool hooks_registered = [] {
  c10::register_privateuse1_backend(kStrictDevice);
  at::RegisterPrivateUse1HooksInterface(&hooks);
  return true;
}();

}  // namespace

std::map<std::string, int> take_waits() {
  const std::lock_guard lock(waits_mutex);
  return std::exchange(waits, {});
}

void fail_next(const std::string& text) {
  failure = text;
  fails = true;
}

}  // namespace gannet::test
