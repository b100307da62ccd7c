// Draws on a GPU: the kernels of kernels/philox.cu, compiled at run time by NVIDIA's compiler
// library, which comes with libtorch's CUDA. No header of CUDA is needed: the functions of these
// libraries' C interfaces are looked up by name.
#include <ATen/core/Tensor.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <dlfcn.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "gannet/base/error.h"
#include "gannet/tensor/detail/device_draws.h"

namespace gannet {

extern const char* const kPhiloxKernels;  // kernels/philox.cu, by cmake/GannetKernels.cmake

namespace {

// The driver's (cuda.h) and NVRTC's (nvrtc.h) handles and functions, as their ABI has them.
using Program = void*;
using Module = void*;
using Function = void*;

struct Libraries {
  int (*nvrtcCreateProgram)(Program*, const char*, const char*, int, const char* const*,
                            const char* const*);
  int (*nvrtcCompileProgram)(Program, int, const char* const*);
  int (*nvrtcGetCUBINSize)(Program, size_t*);
  int (*nvrtcGetCUBIN)(Program, char*);
  int (*nvrtcDestroyProgram)(Program*);
  int (*cuModuleLoadData)(Module*, const void*);
  int (*cuModuleGetFunction)(Function*, Module, const char*);
  int (*cuLaunchKernel)(Function, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned,
                        unsigned, void*, void**, void**);
  int (*cuDeviceGetAttribute)(int*, int, int);
  bool found = true;
};

template <class F>
void look_up(void* library, const char* name, F& function, bool& found) {
  void* const symbol = library != nullptr ? dlsym(library, name) : dlsym(RTLD_DEFAULT, name);
  function = reinterpret_cast<F>(symbol);
  found = found && symbol != nullptr;
}

Libraries look_up_libraries() {
  Libraries all;
  void* const driver = dlopen("libcuda.so.1", RTLD_NOW);
#define LOOK_UP(library, name) look_up(library, #name, all.name, all.found)
  LOOK_UP(nullptr, nvrtcCreateProgram);
  LOOK_UP(nullptr, nvrtcCompileProgram);
  LOOK_UP(nullptr, nvrtcGetCUBINSize);
  LOOK_UP(nullptr, nvrtcGetCUBIN);
  LOOK_UP(nullptr, nvrtcDestroyProgram);
  LOOK_UP(driver, cuModuleLoadData);
  LOOK_UP(driver, cuModuleGetFunction);
  LOOK_UP(driver, cuLaunchKernel);
  LOOK_UP(driver, cuDeviceGetAttribute);
#undef LOOK_UP
  all.found = all.found && driver != nullptr;
  return all;
}

// The machine code for a compute capability; empty where it cannot be compiled.
std::string compile(const Libraries& cuda, int capability) {
  Program program = nullptr;
  if (cuda.nvrtcCreateProgram(&program, kPhiloxKernels, "philox.cu", 0, nullptr, nullptr) != 0)
    return "";
  const std::string architecture = "--gpu-architecture=sm_" + std::to_string(capability);
  // Fused multiplication and addition would round once where the CPU rounds twice.
  const char* const options[] = {architecture.c_str(), "--fmad=false"};
  std::string code;
  size_t size = 0;
  if (cuda.nvrtcCompileProgram(program, 2, options) == 0 &&
      cuda.nvrtcGetCUBINSize(program, &size) == 0) {
    code.resize(size);
    if (cuda.nvrtcGetCUBIN(program, code.data()) != 0) code.clear();
  }
  cuda.nvrtcDestroyProgram(&program);
  return code;
}

struct Kernels {
  Function floats = nullptr, integers = nullptr;
};

// In the context of the current GPU.
Kernels load(const Libraries& cuda, int device) {
  constexpr int kMajor = 75, kMinor = 76;  // CUdevice_attribute: compute capability
  int major = 0, minor = 0;
  Kernels kernels;
  if (cuda.cuDeviceGetAttribute(&major, kMajor, device) != 0 ||
      cuda.cuDeviceGetAttribute(&minor, kMinor, device) != 0)
    return kernels;
  const std::string code = compile(cuda, 10 * major + minor);
  Module module = nullptr;
  if (code.empty() || cuda.cuModuleLoadData(&module, code.data()) != 0 ||
      cuda.cuModuleGetFunction(&kernels.floats, module, "draw_floats") != 0 ||
      cuda.cuModuleGetFunction(&kernels.integers, module, "draw_integers") != 0)
    return {};
  return kernels;
}

class CudaDraws : public DeviceDraws {
 public:
  CudaDraws(const Libraries& cuda, Kernels kernels) : cuda_(cuda), kernels_(kernels) {}

  void floats(Kind kind, const DrawPlace& place, const Tensor& out) override {
    if (out.numel() == 0) return;
    float* data = out.mutable_data_ptr<float>();
    uint64_t samples = static_cast<uint64_t>(out.size(0));
    uint64_t row = static_cast<uint64_t>(out.numel()) / samples;
    int normal = kind == Kind::normal;
    Words words(place);
    void* arguments[] = {&data,       &samples,      &row,      &words.first, &words.step,
                         &words.from, &words.stream, &words.k0, &words.k1,    &normal};
    launch(kernels_.floats, samples * ((row + 3) / 4), arguments, out.device());
  }

  void integers(uint32_t below, const DrawPlace& place, const Tensor& out) override {
    if (out.numel() == 0) return;
    int64_t* data = out.mutable_data_ptr<int64_t>();
    uint64_t samples = static_cast<uint64_t>(out.size(0));
    Words words(place);
    void* arguments[] = {&data,       &samples,      &below,    &words.first, &words.step,
                         &words.from, &words.stream, &words.k0, &words.k1};
    launch(kernels_.integers, samples, arguments, out.device());
  }

 private:
  struct Words {
    explicit Words(const DrawPlace& place)
        : first(place.first),
          step(place.address.step),
          stream(place.address.stream()),
          k0(static_cast<uint32_t>(place.address.seed)),
          k1(static_cast<uint32_t>(place.address.seed >> 32)),
          from(place.step) {}
    uint32_t first, step, stream, k0, k1;
    const void* from;
  };

  void launch(Function kernel, uint64_t threads, void** arguments, at::Device device) const {
    constexpr uint64_t kBlock = 256;
    const c10::Stream stream = c10::impl::VirtualGuardImpl(device.type()).getStream(device);
    const auto blocks = static_cast<unsigned>((threads + kBlock - 1) / kBlock);
    if (const int error = cuda_.cuLaunchKernel(kernel, blocks, 1, 1, kBlock, 1, 1, 0,
                                               stream.native_handle(), arguments, nullptr))
      throw Error(
          "random numbers could not be drawn on the GPU: CUDA's error " + std::to_string(error),
          c10::DeviceTypeName(device.type()));
  }

  const Libraries& cuda_;
  const Kernels kernels_;
};

// One for each GPU that was used; null where its kernels do not load.
DeviceDraws* cuda_draws(int device) {
  static std::mutex mutex;
  static const Libraries cuda = look_up_libraries();
  static std::map<int, std::unique_ptr<CudaDraws>> all;
  if (!cuda.found) return nullptr;
  const std::lock_guard lock(mutex);
  const auto known = all.find(device);
  if (known != all.end()) return known->second.get();
  const Kernels kernels = load(cuda, device);
  return (all[device] =
              kernels.floats != nullptr ? std::make_unique<CudaDraws>(cuda, kernels) : nullptr)
      .get();
}

std::map<c10::DeviceType, DeviceDraws*>& registered() {
  static std::map<c10::DeviceType, DeviceDraws*> all;
  return all;
}

}  // namespace

DeviceDraws* draws_of(at::Device device) {
  if (device.is_cpu()) return nullptr;
  if (device.is_cuda()) return cuda_draws(device.index());
  const auto found = registered().find(device.type());
  return found != registered().end() ? found->second : nullptr;
}

void set_draws(c10::DeviceType type, DeviceDraws* draws) { registered()[type] = draws; }

}  // namespace gannet
