#include "gannet/metrics/parzen.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/logaddexp.h>
#include <ATen/ops/logsumexp.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "gannet/base/error.h"
#include "gannet/metrics/detail/features.h"

namespace gannet {

Tensor parzen_log_likelihoods(const Tensor& samples, const Tensor& test,
                              std::span<const double> sigmas) {
  check_features(samples, test);
  const auto count = static_cast<int64_t>(sigmas.size());
  const Tensor sums = at::full({count, test.size(0)}, -std::numeric_limits<double>::infinity(),
                               test.options().dtype(at::kDouble));
  const Distances distances(test, samples);
  const double square = distances.unit() * distances.unit();
  for (const double sigma : sigmas)
    if (!(sigma > 0)) throw Error("a Parzen window of width " + std::to_string(sigma), "");
  distances.for_each([&](int64_t i, int64_t, const Tensor& d) {
    for (int64_t s = 0; s < count; ++s) {
      const double sigma = sigmas[static_cast<size_t>(s)];
      const Tensor sum = sums[s].slice(0, i, i + d.size(0));
      sum.copy_(at::logaddexp(sum, at::logsumexp(d * (-0.5 / (sigma * sigma * square)), {1})));
    }
  });
  for (int64_t s = 0; s < count; ++s) {
    const double sigma = sigmas[static_cast<size_t>(s)];
    sums[s] -=
        std::log(static_cast<double>(samples.size(0))) +
        static_cast<double>(samples.size(1)) * std::log(sigma * std::sqrt(2 * std::numbers::pi));
  }
  return sums;
}

ParzenFit parzen_log_likelihood(const Tensor& samples, const Tensor& validation, const Tensor& test,
                                std::vector<double> sigmas) {
  if (sigmas.empty())
    for (int i = 0; i < 10; ++i) sigmas.push_back(std::pow(10.0, -1 + i / 9.0));
  const Tensor means = parzen_log_likelihoods(samples, validation, sigmas).mean(1);
  const double sigma = sigmas[static_cast<size_t>(means.argmax().item<int64_t>())];
  const Tensor found = parzen_log_likelihoods(samples, test, std::vector{sigma})[0];
  const auto n = static_cast<double>(found.numel());
  const double deviation = n > 1 ? found.std(/*unbiased=*/true).item<double>() : 0;
  return {found.mean().item<double>(), deviation / std::sqrt(n), sigma};
}

}  // namespace gannet
