#include "gannet/training/recorded_steps.h"

#include <ATen/DeviceAccelerator.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

#include <bit>
#include <iterator>

#include "gannet/tensor/on_device.h"

namespace gannet {
namespace {

constexpr int kWarm = 2;  // steps
constexpr int kMost = 8;  // keys with graphs, each of which keeps its memory

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

RecordedSteps::RecordedSteps(at::Device device)
    : device_(device), usable_(make_graphs(device) != nullptr) {
  if (!usable_) return;
  host_ = at::empty({1 + static_cast<int64_t>(std::size(kRecordedValues))},
                    at::TensorOptions(at::kLong).device(device));
}

std::string RecordedSteps::why_not(const std::string& key) const {
  const auto found = steps_.find(key);
  return found != steps_.end() ? found->second.why_not : "";
}

// From new memory each time: a step that is replayed does not wait for the one before.
void RecordedSteps::set_values(int64_t step, const ScheduledValues& scheduled) {
  const Tensor values = staging(host_.sizes(), at::kLong, device_);
  int64_t* const words = values.mutable_data_ptr<int64_t>();
  words[0] = step;
  for (size_t i = 0; i < std::size(kRecordedValues); ++i)
    words[1 + i] = std::bit_cast<int64_t>(scheduled.*kRecordedValues[i]);
  host_.copy_(values, /*non_blocking=*/true);
}

bool RecordedSteps::begin(const std::string& key, int64_t step, const ScheduledValues& scheduled,
                          const Parts& parts) {
  now_ = nullptr;
  if (!usable_) return false;
  Steps& steps = steps_[key];
  if (!steps.graphs && (!steps.why_not.empty() || steps.seen++ < kWarm || recorded_ == kMost))
    return false;
  set_values(step, scheduled);
  if (!steps.graphs) record(steps, static_cast<uint32_t>(step), parts);
  if (!steps.graphs) return false;
  now_ = &steps;
  return true;
}

void RecordedSteps::record(Steps& steps, uint32_t step, const Parts& parts) {
  auto graphs = make_graphs(device_);
  // Memory that the warm steps used, so that the graphs can have it.
  if (device_.is_cuda()) at::accelerator::emptyCache();
  Recording recording({.step = step,
                       .step_on_device = host_,
                       .values_on_device = host_.slice(0, 1).view(at::kDouble)});
  try {
    parts([&](const std::function<void()>& work) { graphs->record(work); });
    steps.why_not = recording.from_host;
  } catch (const c10::Error& error) {
    steps.why_not = first_line(error.what_without_backtrace());
  }
  if (!steps.why_not.empty()) return;
  steps.graphs = std::move(graphs);
  ++recorded_;
}

void RecordedSteps::replay(size_t part) { now_->graphs->replay(part); }

}  // namespace gannet
