#include "gannet/base/nvidia_driver.h"

#include <dlfcn.h>

#include <fstream>
#include <regex>

namespace gannet {
namespace {

namespace fs = std::filesystem;

// The driver API of CUDA, which has been the same since CUDA 3.2: functions return 0, or the number
// of an error.
struct DriverApi {
  int (*init)(unsigned flags);
  int (*driver_version)(int* version);
  int (*device_count)(int* count);
  int (*device)(int* device, int ordinal);
  int (*device_name)(char* name, int length, int device);
  int (*total_memory)(size_t* bytes, int device);
  int (*attribute)(int* value, int attribute, int device);
  int (*error_string)(int error, const char** text);
};
constexpr int kCapabilityMajor = 75, kCapabilityMinor = 76;  // of CUdevice_attribute

template <class Function>
bool find(void* library, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(dlsym(library, name));
  return function != nullptr;
}

bool find_all(void* library, DriverApi& api) {
  return find(library, "cuInit", api.init) &&
         find(library, "cuDriverGetVersion", api.driver_version) &&
         find(library, "cuDeviceGetCount", api.device_count) &&
         find(library, "cuDeviceGet", api.device) &&
         find(library, "cuDeviceGetName", api.device_name) &&
         find(library, "cuDeviceTotalMem_v2", api.total_memory) &&
         find(library, "cuDeviceGetAttribute", api.attribute) &&
         find(library, "cuGetErrorString", api.error_string);
}

std::string error_text(const DriverApi& api, int error) {
  const char* text = nullptr;
  if (api.error_string(error, &text) != 0 || text == nullptr)
    return "error " + std::to_string(error);
  return std::string(text) + " (error " + std::to_string(error) + ")";
}

Gpu read_gpu(const DriverApi& api, int ordinal) {
  Gpu gpu;
  int device = 0, major = 0, minor = 0;
  size_t bytes = 0;
  char name[256] = {};
  if (api.device(&device, ordinal) != 0) return gpu;
  if (api.device_name(name, sizeof name - 1, device) == 0) gpu.name = name;
  if (api.total_memory(&bytes, device) == 0) gpu.memory_mb = static_cast<double>(bytes) / 1e6;
  if (api.attribute(&major, kCapabilityMajor, device) == 0 &&
      api.attribute(&minor, kCapabilityMinor, device) == 0)
    gpu.capability = 10 * major + minor;
  return gpu;
}

// "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06  Sun Jul 27 ..."
std::string kernel_module_version(const fs::path& root) {
  std::ifstream file(root / "proc/driver/nvidia/version");
  std::string line;
  std::smatch match;
  if (std::getline(file, line) && std::regex_search(line, match, std::regex(" (\\d+\\.[\\d.]+)")))
    return match[1];
  return "";
}

}  // namespace

bool has_nvidia_device_files(const fs::path& root) {
  std::error_code error;
  for (const char* name : {"nvidiactl", "nvidia0"})
    if (fs::exists(root / "dev" / name, error)) return true;
  // WSL has /dev/dxg for GPUs of all makers; NVIDIA's library is there with a driver of NVIDIA's.
  return fs::exists(root / "dev/dxg", error) &&
         fs::exists(root / "usr/lib/wsl/lib/libcuda.so.1", error);
}

NvidiaDriver read_nvidia_driver(const fs::path& root, const char* library) {
  NvidiaDriver driver{.device_files = has_nvidia_device_files(root),
                      .version = kernel_module_version(root)};
  void* handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return driver;
  driver.found = true;
  DriverApi api = {};
  if (!find_all(handle, api)) {
    driver.problem = std::string(library) + " is not a CUDA driver's";
    return driver;
  }
  if (const int error = api.driver_version(&driver.cuda); error != 0)
    driver.problem = error_text(api, error);
  int count = 0;
  int error = api.init(0);
  if (error == 0) error = api.device_count(&count);
  if (error != 0) driver.problem = error_text(api, error);
  for (int i = 0; i < count; ++i) driver.gpus.push_back(read_gpu(api, i));
  return driver;
}

std::string cuda_version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

}  // namespace gannet
