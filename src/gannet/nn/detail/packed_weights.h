// Weights as the kernels read them, kept for the calls in which they are the same: samples are
// drawn many times by weights that do not change, and one sample costs less than packing does.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "gannet/kernels/gemm.h"

namespace gannet {

class PackedWeights {
 public:
  // B, a matrix of this weight, packed: the one of an earlier call, unless the weight has changed
  // in place since. Not for two threads at once.
  at::Tensor of(const kernels::Matrix& b, const at::Tensor& weight);

 private:
  struct Kept {
    const float* b;  // with the first tap: which matrix of the weight
    int64_t tap;
    int64_t version;  // of the weight, as autograd counts
    at::Tensor packed;
  };
  std::vector<Kept> all_;
};

}  // namespace gannet
