// Opening libtorch's CUDA part. libtorch looks for it once, when it is first asked for GPUs, so
// this comes before.
#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <ATen/ops/ones.h>
#include <c10/util/Exception.h>
#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <map>

#include "gannet/tensor/detail/cuda.h"
#include "gannet/tensor/device.h"

namespace gannet {
namespace {

namespace fs = std::filesystem;

fs::path libtorch_folder() {
  Dl_info info = {};
  if (dladdr(reinterpret_cast<void*>(&at::get_num_threads), &info) == 0 ||
      info.dli_fname == nullptr)
    return {};
  return fs::path(info.dli_fname).parent_path();
}

// cuDNN finds the run-time compiler by its name alone, and that its own part, which are found once
// they are open: Python's PyTorch does the same.
void open_compiler(const fs::path& libtorch) {
  std::error_code error;
  for (const auto& part : fs::directory_iterator(libtorch / "../../nvidia", error))
    for (const auto& file : fs::directory_iterator(part.path() / "lib", error)) {
      const std::string name = file.path().filename().string();
      if ((name.starts_with("libnvrtc.so.") || name.starts_with("libnvrtc-builtins.so.")) &&
          name.find("alt") == std::string::npos)
        dlopen(file.path().c_str(), RTLD_NOW | RTLD_GLOBAL);
    }
}

std::string version_text(long version) {  // 92400 is 9.24.0
  return std::to_string(version / 10000) + "." + std::to_string(version % 10000 / 100) + "." +
         std::to_string(version % 100);
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// The same numbers each time, and in full precision: a resume goes on bit for bit.
void set_up_operators() {
  at::Context& context = at::globalContext();
  context.setAllowTF32CuDNN(false);
  context.setAllowTF32CuBLAS(false);
  context.setBenchmarkCuDNN(false);
  context.setDeterministicCuDNN(true);
  context.setDeterministicAlgorithms(true, /*warn_only=*/true);
  context.setDeterministicFillUninitializedMemory(false);
}

// What libtorch warns of while it looks for GPUs: cuda_problem() says it, once.
struct Warnings : c10::WarningHandler {
  void process(const c10::Warning& warning) override { first = first_line(warning.msg()); }
  std::string first;
};

void ask_libtorch(CudaFacts& facts) {
  Warnings warnings;
  const c10::WarningUtils::WarningHandlerGuard guard(&warnings);
  const auto& hooks = at::detail::getCUDAHooks();
  if (!hooks.hasCUDART()) {
    facts.not_opened = "libtorch was asked for GPUs before";
    return;
  }
  facts.needs = static_cast<int>(hooks.versionCUDART());
  facts.devices = at::accelerator::deviceCount();
  if (facts.driver.problem.empty()) facts.driver.problem = warnings.first;
  try {
    facts.cudnn = version_text(hooks.versionCuDNN());
  } catch (const c10::Error& error) {
    facts.failed = first_line(error.what_without_backtrace());
  }
}

// What the first operation on a GPU says; "": it works. Makes a CUDA context there, which takes
// memory of that GPU: not on others than the one that is asked for.
std::string first_operation(int64_t index) {
  const at::Device device(at::kCUDA, static_cast<at::DeviceIndex>(index));
  try {
    (void)at::ones({1}, at::TensorOptions(at::kFloat).device(device)).item<float>();
  } catch (const c10::Error& error) {
    return first_line(error.what_without_backtrace());
  }
  return "";
}

CudaFacts open_once() {
  CudaFacts facts{.in_libtorch = libtorch_has_cuda(), .driver = read_nvidia_driver()};
  if (!facts.in_libtorch || !facts.driver.found) return facts;
  // cuBLAS is deterministic with a workspace of its own (CUDA reads this at its start).
  setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
  open_compiler(libtorch_folder());
  if (dlopen((libtorch_folder() / "libtorch_cuda.so").c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) {
    const char* error = dlerror();
    facts.not_opened = error != nullptr ? error : "";
    return facts;
  }
  ask_libtorch(facts);
  return facts;
}

}  // namespace

bool libtorch_has_cuda() {
  std::error_code error;
  return fs::exists(libtorch_folder() / "libtorch_cuda.so", error);
}

const CudaFacts& open_cuda() {
  static const CudaFacts facts = open_once();
  return facts;
}

std::optional<CudaProblem> try_gpu(int64_t index) {
  if (const auto problem = cuda_problem(open_cuda(), index)) return problem;
  static std::map<int64_t, std::string> said;
  const auto known = said.find(index);
  const std::string& message =
      known != said.end() ? known->second : (said[index] = first_operation(index));
  return cuda_problem(open_cuda(), index, message);
}

void use_gpu(int64_t index) {
  set_up_operators();
  at::accelerator::setDeviceIndex(static_cast<at::DeviceIndex>(index));
}

CudaReport examine_cuda() {
  const CudaFacts& facts = open_cuda();
  CudaReport report{.in_libtorch = facts.in_libtorch,
                    .runtime = facts.needs > 0 ? cuda_version_text(facts.needs) : "",
                    .cudnn = facts.cudnn};
  const auto problem = try_gpu(0);
  if (!problem) return report;
  report.problem = problem->what;
  report.hint = problem->hint;
  return report;
}

}  // namespace gannet
