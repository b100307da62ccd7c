// What this machine has, as far as a process may use it: for the default of --threads,
// options.json, the memory estimate and `gannet doctor`. Linux; what cannot be read is 0 or "".
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace gannet {

struct Machine {
  std::string cpu;  // the name in /proc/cpuinfo
  std::vector<std::string>
      instruction_sets;            // that matter for speed or results: "avx2", "avx512_bf16", ...
  int64_t logical_cpus = 0;        // that this process may run on (its affinity)
  int64_t physical_cores = 0;      // of those, hyperthreads counted once
  double cpu_quota = 0;            // in CPUs, by its control groups; 0: none
  double memory_mb = 0;            // the machine's, or less where a control group limits it
  double memory_available_mb = 0;  // what can still be had without swapping

  // Physical cores within the quota, at least 1: what --threads is when nobody says.
  int64_t threads() const;
  // Has it instructions for products in bfloat16? Without, they are slower than in float32.
  bool has_bf16() const;
};

// Reads /proc and /sys under `root`, which is another folder only in tests.
Machine read_machine(const std::filesystem::path& root = "/");

// The resident memory of this process, in MB (10^6 bytes): now, and the most it ever was.
struct ResidentMemory {
  double now_mb = 0, peak_mb = 0;
};
ResidentMemory resident_memory();

}  // namespace gannet
