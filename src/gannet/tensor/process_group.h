// Several processes that train the same networks, each on its equal part of every batch, seen from
// one of them: sums over all, through which autograd goes. training/processes.h joins them.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

namespace gannet {

using at::Tensor;

// A "rank" is one of the processes, as in PyTorch. All ranks call the same functions in the same
// order, on tensors of equal shapes.
class ProcessGroup {
 public:
  virtual ~ProcessGroup() = default;
  virtual int64_t rank() const = 0;  // [0, size())
  virtual int64_t size() const = 0;  // of the group: ranks

  // Sums a contiguous tensor over all ranks, in place. Every rank gets the same bits. Throws Error
  // where another rank is gone.
  virtual void sum(const Tensor& x) const = 0;
  // Begins such a sum; the function waits for its end. Until then x must not be touched.
  virtual std::function<void()> begin_sum(const Tensor& x) const {
    sum(x);
    return [] {};
  }
};

// Here a null group is a process alone, of which each function returns x itself (or what is said).
// Each is differentiable any number of times: the gradient is that of the sum of all ranks' losses,
// so that the mean over ranks of the weights' gradients is the gradient of the mean of the losses.

// The sum over all ranks.
Tensor all_reduce(const Tensor& x, const ProcessGroup* group);
// The mean over all ranks.
Tensor all_mean(const Tensor& x, const ProcessGroup* group);
// The whole batch from its parts [n, ...], in the order of the ranks: [n size, ...].
Tensor all_gather(const Tensor& x, const ProcessGroup* group);
// This rank's part [n, ...] of a whole batch.
Tensor own_part(const Tensor& whole, const ProcessGroup* group);

// Is it so on any rank?
bool any(bool here, const ProcessGroup* group);

}  // namespace gannet
