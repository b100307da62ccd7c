#include "gannet/metrics/inception_score.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/xlogy.h>

#include <cmath>

#include "gannet/base/error.h"
#include "gannet/metrics/detail/features.h"

namespace gannet {

InceptionScore inception_score(const Tensor& probabilities, int64_t splits) {
  check_features(probabilities, "probabilities");
  const Tensor p = probabilities.to(at::kDouble);
  const int64_t n = p.size(0);
  if (splits < 1 || n < splits)
    throw Error("an Inception score of " + std::to_string(splits) + " splits of " +
                    std::to_string(n) + " samples",
                "");
  if (p.lt(0).any().item<bool>() || (p.sum(1) - 1).abs().max().item<double>() > 1e-4)
    throw Error("an Inception score needs probabilities: rows that sum to 1", "");
  std::vector<double> scores;
  for (int64_t i = 0; i < splits; ++i) {
    const Tensor part = p.slice(0, n * i / splits, n * (i + 1) / splits);
    const Tensor marginal = part.mean(0, /*keepdim=*/true);
    const Tensor divergence = (at::xlogy(part, part) - at::xlogy(part, marginal)).sum(1);
    scores.push_back(std::exp(divergence.mean().item<double>()));
  }
  const Tensor s = at::tensor(scores, at::kDouble);
  return {s.mean().item<double>(), s.std(/*unbiased=*/false).item<double>()};
}

}  // namespace gannet
