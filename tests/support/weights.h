// Gradients of a net's weights against finite differences.
#pragma once

#include <cmath>
#include <functional>

#include "gannet/nn/net.h"
#include "support/numbers.h"

namespace gannet::test {

// Runs loss().backward() on cleared gradients and compares what `net` collected with central
// differences, at about seven weights of each slot.
inline void expect_weight_gradients(Net& net, const std::function<Tensor()>& loss,
                                    double tolerance = 2e-6) {
  net.gradients.zero_();
  loss().backward();
  EXPECT_GT(net.gradients.abs().max().item<double>(), 0);
  const double h = 1e-5;
  for (const Slot& slot : net.slots())
    for (int64_t i = 0; i < count(slot.shape); i += 1 + count(slot.shape) / 6) {
      double& value = net.parameters.mutable_data_ptr<double>()[slot.offset + i];
      const double middle = value;
      value = middle + h;
      const double above = loss().item<double>();
      value = middle - h;
      const double below = loss().item<double>();
      value = middle;
      const double numeric = (above - below) / (2 * h);
      EXPECT_NEAR(net.gradients[slot.offset + i].item<double>(), numeric,
                  tolerance * (1 + std::abs(numeric)))
          << slot.name << "[" << i << "]";
    }
}

}  // namespace gannet::test
