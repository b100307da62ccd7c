#include <c10/core/Device.h>
#include <c10/core/DeviceType.h>

#include <charconv>
#include <cstdio>
#include <optional>

#include "gannet/base/error.h"
#include "gannet/tensor/detail/cuda.h"
#include "gannet/tensor/device.h"

namespace gannet {
namespace {

// N of "NAME:N", 0 of "NAME"; none for another text.
std::optional<int64_t> index_of(const std::string& text, std::string_view name) {
  if (text == name) return 0;
  if (!text.starts_with(name) || text[name.size()] != ':') return std::nullopt;
  const char *begin = text.data() + name.size() + 1, *end = text.data() + text.size();
  int64_t index = -1;
  const auto [stop, error] = std::from_chars(begin, end, index);
  if (error != std::errc() || stop != end || index < 0) return std::nullopt;
  return index;
}

// A device that a program brings itself has libtorch's slot for those.
bool is_registered(const std::string& device) {
  return c10::is_privateuse1_backend_registered() &&
         index_of(device, c10::get_privateuse1_backend()) == 0;
}

ChosenDevice gpu(int64_t index) {
  use_gpu(index);
  ChosenDevice chosen{.name = "cuda:" + std::to_string(index)};
  const auto& gpus = open_cuda().driver.gpus;
  if (static_cast<size_t>(index) < gpus.size()) {
    chosen.model = gpus[static_cast<size_t>(index)].name;
    chosen.memory_mb = gpus[static_cast<size_t>(index)].memory_mb;
  }
  return chosen;
}

ChosenDevice automatic() {
  if (!has_nvidia_device_files()) return {};
  if (!libtorch_has_cuda()) return {.passed_over = "this libtorch has no CUDA"};
  const auto first = try_gpu(0);
  if (!first) return gpu(0);
  for (int64_t index = 1; index < open_cuda().devices; ++index) {
    if (try_gpu(index)) continue;
    ChosenDevice chosen = gpu(index);
    chosen.passed_over = first->what;
    return chosen;
  }
  return {.passed_over = first->what};
}

}  // namespace

std::string ChosenDevice::text() const {
  if (model.empty()) return name;
  char memory[32];
  std::snprintf(memory, sizeof memory, "%.1f GB", memory_mb / 1000);
  return name + ", " + model + ", " + memory;
}

std::string ChosenDevice::warning() const {
  if (passed_over.empty()) return "";
  return (is_cpu() ? "the CPU is used, not the GPU: " : name + " is used, not cuda:0: ") +
         passed_over + " (gannet doctor says more)";
}

ChosenDevice choose_device(const std::string& device) {
  if (device == "auto") return automatic();
  if (device == "cpu") return {};
  if (is_registered(device)) return {.name = c10::get_privateuse1_backend() + ":0"};
  const auto index = index_of(device, "cuda");
  if (!index) {
    throw UsageError("expected auto, cpu, cuda or cuda:N",
                     "--device " + (device.empty() ? "\"\"" : device),
                     "cuda is the GPU, and auto, the default, takes it where it works");
  }
  if (const auto problem = try_gpu(*index))
    throw Error(problem->what, "--device " + device, problem->hint);
  return gpu(*index);
}

c10::Device torch_device(const std::string& device) {
  return c10::Device(choose_device(device).name);
}

std::string device_kind(const std::string& name) { return name.substr(0, name.find(':')); }

}  // namespace gannet
