// NVIDIA's driver and its GPUs, as the driver's own library knows them: opened only when asked, so
// nothing links to it. Linux.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace gannet {

struct Gpu {
  std::string name;      // "NVIDIA H100 PCIe"
  double memory_mb = 0;  // 10^6 bytes
  int capability = 0;    // 90 of 9.0
};

struct NvidiaDriver {
  bool device_files = false;  // /dev/nvidia*, or WSL's: the machine has a GPU and a driver
  bool found = false;         // its library opens
  int cuda = 0;               // the newest CUDA that it runs: 13000 is 13.0
  std::string version;        // "580.65.06"; "" where the kernel does not say
  std::string problem;        // why it gives no GPUs, in its own words
  std::vector<Gpu> gpus;      // that this process may use (CUDA_VISIBLE_DEVICES), in CUDA's order
};

// Are there a GPU's device files below `root`?
bool has_nvidia_device_files(const std::filesystem::path& root = "/");

// `root` and `library` are others only in tests.
NvidiaDriver read_nvidia_driver(const std::filesystem::path& root = "/",
                                const char* library = "libcuda.so.1");

std::string cuda_version_text(int version);  // "13.0"

}  // namespace gannet
