// The kernel distance (KID: Binkowski et al. 2018, arXiv:1801.01401, section 4): the unbiased
// squared maximum mean discrepancy of features with the cubic kernel k(x, y) = (x.y / D + 1)^3.
// Unlike the Frechet distance it doesn't depend on the number of samples, and may be below 0.
#pragma once

#include <cstdint>

#include "gannet/tensor/batch.h"

namespace gannet {

struct KernelSubsets {
  int64_t size = 1000, count = 100;  // as in the paper's code and in torch-fidelity
  uint64_t seed = 0;
};

struct KernelDistance {
  double value = 0;       // the mean over the subsets: what the field calls KID
  double subset_std = 0;  // the standard deviation over them; 0 of one
  double full = 0;        // over all samples
  double error = 0;       // standard error of `full`: first-order terms of the U-statistic
  int64_t subset_real = 0, subset_fake = 0, subsets = 0;  // samples of one, and how many
};

// Features [N, D] and [M, D], at least two each (else Error). A subset is min(size, N) and
// min(size, M) samples, drawn without replacement; where that is all of both, there is one, and
// value = full.
KernelDistance kernel_distance(const Tensor& real, const Tensor& fake,
                               const KernelSubsets& subsets = {});

}  // namespace gannet
