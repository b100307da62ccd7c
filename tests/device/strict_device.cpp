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
#include <cstring>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "gannet/nn/detail/fused.h"

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

void wait_for(const std::string& operation);

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

// Operations that are recorded, not done: while one is set. Of the whole process, since backward
// passes run in a thread of the device.
std::atomic<Tape*> tape = nullptr;

// Memory that was first taken while operations are recorded: nobody else's.
std::mutex born_mutex;
std::set<const c10::StorageImpl*> born;

bool is_born(const c10::Storage& far) {
  const std::lock_guard lock(born_mutex);
  return born.count(far.unsafeGetStorageImpl()) > 0;
}

// Memory of the same numbers, in which an operation that is recorded does nothing.
c10::Storage copy_of(const c10::Storage& near) {
  auto copy = c10::make_intrusive<c10::StorageImpl>(c10::StorageImpl::use_byte_size_t(),
                                                    near.nbytes(), c10::GetCPUAllocator(), true);
  if (near.nbytes() > 0) std::memcpy(copy->mutable_data(), near.data(), near.nbytes());
  return copy;
}

// One call of an operator: its arguments as the CPU's, and afterwards its results as the device's.
class NearCall {
 public:
  // recorded: the arguments are left as they are.
  NearCall(const c10::OperatorHandle& op, bool recorded)
      : name_(c10::toString(op.operator_name())), schema_(op.schema()), recorded_(recorded) {}

  void prepare(Stack& stack) {
    for (auto value = stack.end() - schema_.arguments().size(); value != stack.end(); ++value)
      *value = to_near(*value);
    TORCH_CHECK(!any_far_ || !any_near_, "the operator ", name_,
                " mixes the device's tensors with the CPU's");
  }

  void finish(Stack& stack) {
    for (const auto& [far, near] : pairs_)
      if (!recorded_ || is_born(far.storage())) take_new_memory(far, near);
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
    pairs_.emplace_back(x, recorded_ && !is_born(x.storage()) ? without_effect(x) : near(x));
    return pairs_.back().second;
  }

  // Aliases stay so.
  Tensor without_effect(const Tensor& x) {
    c10::Storage& copy = copies_[x.storage().unsafeGetStorageImpl()];
    if (!copy) copy = copy_of(near_storage(x.storage()));
    return with_layout_of(x, copy, c10::DispatchKey::CPU);
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
    if (argument != pairs_.end())
      return with_layout_of(x, argument->first.storage(), c10::DispatchKey::PrivateUse1);
    c10::Storage memory = far_storage(x.storage());
    if (recorded_) {
      const std::lock_guard lock(born_mutex);
      born.insert(memory.unsafeGetStorageImpl());
    }
    return with_layout_of(x, std::move(memory), c10::DispatchKey::PrivateUse1);
  }

  const std::string name_;
  const c10::FunctionSchema& schema_;
  const bool recorded_;
  std::vector<std::pair<Tensor, Tensor>> pairs_;
  std::map<c10::StorageImpl*, c10::Storage> copies_;
  bool any_far_ = false, any_near_ = false;
};

void do_near(const c10::OperatorHandle& op, Stack* stack, bool recorded) {
  NearCall call(op, recorded);
  call.prepare(*stack);
  op.redispatchBoxed(c10::DispatchKeySet(c10::DispatchKey::CPU), stack);
  call.finish(*stack);
}

// The value with other tensors of the same memory and layout: those that it has may get another
// layout later.
c10::IValue aliases_of(const c10::IValue& value) {
  const auto alias = [](const Tensor& x) {
    return is_far(x) ? with_layout_of(x, x.storage(), c10::DispatchKey::PrivateUse1) : x;
  };
  if (value.isTensor()) return alias(value.toTensor());
  if (value.isTensorList()) {
    c10::List<Tensor> list;
    for (const Tensor& x : value.toTensorVector()) list.push_back(alias(x));
    return list;
  }
  if (value.isOptionalTensorList()) {
    c10::List<std::optional<Tensor>> list;
    for (const std::optional<Tensor>& x : value.toOptionalTensorVector())
      list.push_back(x ? std::optional(alias(*x)) : std::nullopt);
    return list;
  }
  return value;
}

Stack aliases_of(const Stack& values, size_t last) {
  Stack all;
  for (auto value = values.end() - static_cast<std::ptrdiff_t>(last); value != values.end();
       ++value)
    all.push_back(aliases_of(*value));
  return all;
}

// Where the result has memory of its own.
void copy_numbers(const c10::IValue& from, const c10::IValue& to) {
  if (from.isTensorList()) {
    for (size_t i = 0; i < from.toTensorVector().size(); ++i)
      copy_numbers(from.toTensorVector()[i], to.toTensorVector()[i]);
  } else if (from.isTensor() && is_far(from.toTensor()) &&
             !from.toTensor().is_alias_of(to.toTensor())) {
    const at::AutoDispatchBelowADInplaceOrView below_autograd;
    near(to.toTensor()).copy_(near(from.toTensor()));
  }
}

// The operation, later: with the same arguments, and into the memory that its results have now.
std::function<void()> replay_of(const c10::OperatorHandle& op, Stack arguments, Stack results) {
  return [op, arguments = std::move(arguments), results = std::move(results)] {
    Stack stack = aliases_of(arguments, arguments.size());
    do_near(op, &stack, /*recorded=*/false);
    for (size_t i = 0; i < results.size(); ++i) copy_numbers(stack[i], results[i]);
  };
}

void record_near(const c10::OperatorHandle& op, Stack* stack) {
  Stack arguments = aliases_of(*stack, op.schema().arguments().size());
  do_near(op, stack, /*recorded=*/true);
  tape.load()->push_back(
      replay_of(op, std::move(arguments), aliases_of(*stack, op.schema().returns().size())));
}

void wait_for(const std::string& operation) {
  TORCH_CHECK(!tape, operation, ": the device is waited for while operations are recorded");
  count_wait(operation);
}

// Sizes of results depend on values: a GPU's queue must run empty first.
constexpr std::string_view kWaiting[] = {"aten::nonzero", "aten::masked_select", "aten::_unique2",
                                         "aten::equal", "aten::bincount"};

void run_near(const c10::OperatorHandle& op, Stack* stack) {
  const std::string& name = op.operator_name().name;
  if (std::ranges::find(kWaiting, name) != std::end(kWaiting)) wait_for(name);
  fail_where_asked();
  if (tape)
    record_near(op, stack);
  else
    do_near(op, stack, /*recorded=*/false);
}

Tensor copy_from(const Tensor& from, const Tensor& to, bool /*non_blocking*/) {
  if (is_far(from) && !is_far(to)) wait_for("copy to the CPU");
  TORCH_CHECK(!tape || is_far(from), "a copy from the CPU while operations are recorded");
  const auto copy = [from = aliases_of(from).toTensor(), to = aliases_of(to).toTensor()] {
    const at::AutoDispatchBelowADInplaceOrView below_autograd;
    near(to).copy_(near(from));
  };
  if (!tape || is_born(to.storage())) copy();
  if (tape) tape.load()->push_back(copy);
  return to;
}

c10::Scalar local_scalar(const Tensor& x) {
  wait_for("item");
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
  set_fusing(false);  // tests compare bits with the CPU's
  return true;
}();

}  // namespace

void record_on(Tape* onto) {
  if (onto == nullptr) {
    const std::lock_guard lock(born_mutex);
    born.clear();
  }
  tape = onto;
}

void* near_address(const void* far) {
  return far == nullptr ? nullptr
                        : reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(far) - kFar);
}

std::map<std::string, int> take_waits() {
  const std::lock_guard lock(waits_mutex);
  return std::exchange(waits, {});
}

void fail_next(const std::string& text) {
  failure = text;
  fails = true;
}

}  // namespace gannet::test
