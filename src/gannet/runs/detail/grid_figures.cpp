#include "gannet/runs/detail/grid_figures.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/index_select.h>

#include <algorithm>
#include <cmath>

#include "gannet/metrics/nearest_neighbours.h"

namespace gannet {
namespace {

constexpr int64_t kMostSamples = 50'000, kMostNumbers = 16'000'000;  // 64 MB
constexpr int64_t kMostSearched = 64, kBlock = 512;
constexpr double kCopy = 1.0 / 3;

// 1 - the mean cosine of all pairs of rows [N, D].
double unlikeness(const Tensor& rows) {
  const auto n = static_cast<double>(rows.size(0));
  const Tensor unit = rows / rows.norm(2, {1}, /*keepdim=*/true).clamp_min(1e-12);
  const double sum = unit.sum(0).square().sum().item<double>();
  return 1 - (sum - unit.square().sum().item<double>()) / (n * (n - 1));
}

}  // namespace

std::optional<double> diversity(const Tensor& samples, const Tensor& reals, bool points) {
  if (samples.size(0) < 2 || reals.size(0) < 2) return {};
  const Tensor fake = samples.flatten(1).to(at::kDouble), real = reals.flatten(1).to(at::kDouble);
  const Tensor centre = real.mean(0, /*keepdim=*/true);
  const double spread = (real - centre).square().sum().item<double>();
  if (!(spread > 1e-12)) return {};
  if (!points) return unlikeness(fake - centre) / unlikeness(real - centre);
  const double of_fakes = (fake - fake.mean(0, true)).square().sum(1).mean().item<double>();
  return std::sqrt(of_fakes / (spread / static_cast<double>(real.size(0))));
}

std::optional<double> CopyCheck::share(const Tensor& samples) {
  const int64_t n = data_.size(), d = samples[0].numel();
  if (n < 3 || n > std::min(kMostSamples, kMostNumbers / d)) return {};
  if (!all_.defined()) {
    all_ = at::empty({n, d}, at::kFloat);
    Sample sample;
    for (int64_t i = 0; i < n; ++i) {
      data_.get(i, sample);
      if (static_cast<int64_t>(sample.values.size()) != d) return {};
      std::ranges::copy(sample.values, all_[i].data_ptr<float>());
    }
  }
  const auto nearest = [&](const Tensor& queries, const Tensor& skip) {
    NearestSearch search(queries, 1);
    for (int64_t first = 0; first < n; first += kBlock)
      search.add(all_.narrow(0, first, std::min(kBlock, n - first)), first, skip);
    return search;
  };
  const Tensor queries = samples.flatten(1).narrow(0, 0, std::min(samples.size(0), kMostSearched));
  const NearestSearch of_fakes = nearest(queries, {});
  const Tensor indices = of_fakes.indices().flatten();
  const NearestSearch of_reals = nearest(at::index_select(all_, 0, indices), indices);
  return (of_fakes.distances() < kCopy * of_reals.distances())
      .to(at::kDouble)
      .mean()
      .item<double>();
}

}  // namespace gannet
