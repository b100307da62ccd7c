// A net's gradients as their mean over processes, summed in slices of the flat buffer: each slice
// as soon as backward() has the gradients of its weights, while the pass goes on to earlier layers.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "gannet/nn/net.h"
#include "gannet/tensor/process_group.h"

namespace gannet {

class GradientSum {
 public:
  // Both must outlive it. The net's weights collect gradients (RunMode::requires_grad).
  GradientSum(Net& net, const ProcessGroup& group);
  ~GradientSum();
  GradientSum(const GradientSum&) = delete;
  GradientSum& operator=(const GradientSum&) = delete;

  void begin();   // the next backward() is the last of an update
  void finish();  // after it: sums what is left, and waits for all

 private:
  struct Slices;
  const std::shared_ptr<Slices> slices_;
};

}  // namespace gannet
