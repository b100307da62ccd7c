#include "gannet/metrics/kernel_distance.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "gannet/data/raw_samples.h"
#include "gannet/metrics/detail/features.h"

namespace gannet {
namespace {

constexpr uint32_t kSubsetDraw = 51;  // Address::layer

Tensor cubic_kernel(const Tensor& a, const Tensor& b) {
  const Tensor k = at::matmul(a, b.t()).div_(static_cast<double>(a.size(1))).add_(1);
  return k.square().mul_(k);
}

// Sums of the kernel over the other side: [N] over b's rows and [M] over a's; without the diagonal
// where a is b.
struct KernelSums {
  Tensor of_a, of_b;
};
KernelSums kernel_sums(const Tensor& a, const Tensor& b, bool same) {
  const at::TensorOptions type = a.options().dtype(at::kDouble);
  KernelSums sums{at::zeros({a.size(0)}, type), at::zeros({b.size(0)}, type)};
  const int64_t part = rows_at_once(a.size(1));
  for_parts(a.size(0), part, [&](int64_t i, int64_t i_end) {
    const Tensor x = feature_rows(a, i, i_end);
    for (int64_t j = same ? i : 0; j < b.size(0); j += part) {
      const int64_t j_end = std::min(j + part, b.size(0));
      const Tensor k = cubic_kernel(x, feature_rows(b, j, j_end));
      if (same && i == j) k.fill_diagonal_(0);
      sums.of_a.slice(0, i, i_end) += k.sum(1);
      if (same && i != j) sums.of_a.slice(0, j, j_end) += k.sum(0);
      if (!same) sums.of_b.slice(0, j, j_end) += k.sum(0);
    }
  });
  return sums;
}

struct Estimate {
  double value = 0, error = 0;
};
Estimate unbiased(const Tensor& real, const Tensor& fake) {
  const auto n = static_cast<double>(real.size(0)), m = static_cast<double>(fake.size(0));
  const Tensor within_real = kernel_sums(real, real, true).of_a / (n - 1);
  const Tensor within_fake = kernel_sums(fake, fake, true).of_a / (m - 1);
  const KernelSums across = kernel_sums(real, fake, false);
  const auto variance = [](const Tensor& x) { return x.var(/*unbiased=*/true).item<double>(); };
  return {(within_real.mean() + within_fake.mean() - 2 * (across.of_a.mean() / m)).item<double>(),
          2 * std::sqrt(variance(within_real - across.of_a / m) / n +
                        variance(within_fake - across.of_b / n) / m)};
}

// Kernels within each side and across, of all pairs of samples.
struct Kernels {
  Tensor real, fake, across;

  double unbiased_value() const {
    const auto within = [](const Tensor& k) {
      const auto n = static_cast<double>(k.size(0));
      return (k.sum() - k.trace()) / (n * (n - 1));
    };
    return (within(real) + within(fake) - 2 * across.mean()).item<double>();
  }
};

Kernels kernels_of(const Tensor& real, const Tensor& fake) {
  const Tensor x = feature_rows(real, 0, real.size(0)), y = feature_rows(fake, 0, fake.size(0));
  return {cubic_kernel(x, x), cubic_kernel(y, y), cubic_kernel(x, y)};
}

// The kernels of a subset at a time: parts of those of all samples where these are few.
class SubsetKernels {
 public:
  SubsetKernels(const Tensor& real, const Tensor& fake) : real_(real), fake_(fake) {
    const int64_t n = real.size(0), m = fake.size(0);
    if (n * n + m * m + n * m <= kMostKept) all_ = kernels_of(real, fake);
  }

  Kernels of(const Tensor& i, const Tensor& j) const {
    if (!all_) return kernels_of(real_.index_select(0, i), fake_.index_select(0, j));
    const auto part = [](const Tensor& k, const Tensor& rows, const Tensor& columns) {
      return k.index_select(0, rows).index_select(1, columns);
    };
    return {part(all_->real, i, i), part(all_->fake, j, j), part(all_->across, i, j)};
  }

 private:
  static constexpr int64_t kMostKept = int64_t{1} << 25;  // numbers: 256 MB
  const Tensor &real_, &fake_;
  std::optional<Kernels> all_;
};

Tensor choice(const Tensor& x, int64_t count, const Address& address) {
  return at::tensor(random_choice(x.size(0), 0, count, address), at::kLong).to(x.device());
}

}  // namespace

KernelDistance kernel_distance(const Tensor& real, const Tensor& fake,
                               const KernelSubsets& subsets) {
  check_features(real, fake, 2);
  const Estimate all = unbiased(real, fake);
  KernelDistance result{.value = all.value,
                        .full = all.value,
                        .error = all.error,
                        .subset_real = std::min(subsets.size, real.size(0)),
                        .subset_fake = std::min(subsets.size, fake.size(0)),
                        .subsets = 1};
  if (result.subset_real == real.size(0) && result.subset_fake == fake.size(0)) return result;
  const SubsetKernels kernels(real, fake);
  std::vector<double> values;
  Address address{.seed = subsets.seed, .purpose = Purpose::metric, .layer = kSubsetDraw};
  for (int64_t i = 0; i < subsets.count; ++i) {
    address.step = static_cast<uint32_t>(i);
    address.call = 0;
    const Tensor some_real = choice(real, result.subset_real, address);
    address.call = 1;
    const Tensor some_fake = choice(fake, result.subset_fake, address);
    values.push_back(kernels.of(some_real, some_fake).unbiased_value());
  }
  const Tensor v = at::tensor(values, at::kDouble);
  result.subsets = subsets.count;
  result.value = v.mean().item<double>();
  result.subset_std = v.std(/*unbiased=*/false).item<double>();
  return result;
}

}  // namespace gannet
