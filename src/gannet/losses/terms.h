// Terms: the named scalars that a loss is the sum of.
#pragma once

#include <ATen/core/Tensor.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace gannet {

using at::Tensor;

// Weighted, in the order in which they are logged and summed.
struct Terms {
  std::vector<std::pair<std::string, Tensor>> named;

  Terms() = default;
  Terms(std::initializer_list<std::pair<std::string, Tensor>> terms) : named(terms) {}
  Terms& operator+=(const Terms& more) {
    named.insert(named.end(), more.named.begin(), more.named.end());
    return *this;
  }
};

}  // namespace gannet
