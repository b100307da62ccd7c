#include "gannet/tensor/slerp.h"

#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>

namespace gannet {

Tensor slerp(const Tensor& a, const Tensor& b, double t) {
  check_shape(b, a.sizes(), "the latent at the end");
  const auto dot = [](const Tensor& x, const Tensor& y) {
    return (x.to(at::kDouble) * y.to(at::kDouble)).sum().item<double>();
  };
  const double lengths = std::sqrt(dot(a, a) * dot(b, b));
  const double angle = lengths > 0 ? std::acos(std::clamp(dot(a, b) / lengths, -1.0, 1.0)) : 0;
  const double sine = std::sin(angle);
  if (sine < 1e-6) return a * (1 - t) + b * t;
  return a * (std::sin((1 - t) * angle) / sine) + b * (std::sin(t * angle) / sine);
}

}  // namespace gannet
