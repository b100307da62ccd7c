// What decides whether CUDA can be used, and in which words it is said why not. No torch in here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gannet/base/nvidia_driver.h"

namespace gannet {

struct CudaFacts {
  bool in_libtorch = false;  // libtorch_cuda.so lies beside libtorch_cpu.so
  std::string not_opened;    // what the dynamic loader said of it; "": it is open, or was not tried
  int needs = 0;             // the CUDA version of that libtorch: 13000
  std::string cudnn;
  NvidiaDriver driver;
  int64_t devices = 0;  // that libtorch finds
  std::string failed;   // what libtorch said when it was asked for them; "": nothing
};

struct CudaProblem {
  std::string what, hint;
};
// Why GPU number `index` cannot be used; none where nothing speaks against it. `failed`: what its
// first operation said, "" where it worked or was not tried.
std::optional<CudaProblem> cuda_problem(const CudaFacts& facts, int64_t index,
                                        const std::string& failed = "");

// Opens libtorch's CUDA part where it and a driver are there, once; the facts of this process.
const CudaFacts& open_cuda();

// cuda_problem() of this process, with a first operation on that GPU alone where there is none.
std::optional<CudaProblem> try_gpu(int64_t index);

// Makes it the GPU of this process: float32 without TF32, deterministic operators.
void use_gpu(int64_t index);

// Is libtorch_cuda.so beside the libtorch_cpu.so of this process?
bool libtorch_has_cuda();

}  // namespace gannet
