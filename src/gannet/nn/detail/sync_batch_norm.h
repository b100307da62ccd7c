// Synchronized batch norm: by the statistics of a whole batch, of which each process has a part.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "gannet/tensor/process_group.h"

namespace gannet {

struct BatchNormWeights {
  std::optional<Tensor> weight, bias;  // [C], or none
};
struct RunningStatistics {
  Tensor mean, variance;  // [C], changed in place
  double momentum;
};

// Of x [N, C, ...], equally large on every rank, what at::batch_norm() gives in training mode of
// the whole batch. Statistics in the running ones' type. Differentiable twice. One sum over the
// ranks forward and one backward.
Tensor sync_batch_norm(const Tensor& x, const BatchNormWeights& affine, RunningStatistics running,
                       double epsilon, const ProcessGroup& group);

}  // namespace gannet
