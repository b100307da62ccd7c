#include "gannet/metrics/precision_recall.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gannet/base/error.h"
#include "gannet/metrics/detail/features.h"

namespace gannet {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// Of a distance, and of the squared norm of one of its ends: a bound for what rounding changes.
constexpr double kRelative = 1e-11, kOfNorm = 1e-12;

void check_k(const Tensor& x, int64_t k, const char* name) {
  if (k < 1 || k >= x.size(0))
    throw Error(
        "the " + std::to_string(k) + " nearest others of " + std::to_string(x.size(0)) + " " + name,
        "", "more samples, or a smaller k");
}

// The k smallest of each row of nearest [n, k] and found [n, m].
void keep_nearest(const Tensor& nearest, const Tensor& found) {
  const Tensor all = at::cat({nearest, found}, 1);
  nearest.copy_(std::get<0>(all.topk(nearest.size(1), 1, /*largest=*/false, /*sorted=*/true)));
}

Tensor with_slack(const Tensor& squared, const Tensor& rounding) {
  return squared * (1 + kRelative) + rounding;
}

size_t place(const Neighbourhoods& n, int64_t k) {
  const auto at = std::ranges::find(n.ks, k);
  if (at == n.ks.end())
    throw Error("k = " + std::to_string(k) + " is not among those of the neighbourhoods", "");
  return static_cast<size_t>(at - n.ks.begin());
}

// Radii [ks, n] with what rounding may add.
Tensor ball_radii(const Tensor& radii, const Tensor& rounding, const std::vector<int64_t>& ks) {
  std::vector<Tensor> rows;
  for (const int64_t k : ks) rows.push_back(with_slack(radii.select(1, k - 1), rounding));
  return at::stack(rows);
}

double mean(const Tensor& x) { return x.to(at::kDouble).mean().item<double>(); }

void count_part(Neighbourhoods& n, const Tensor& real_balls, const Tensor& fake_balls, int64_t i,
                int64_t j, const Tensor& d) {
  const int64_t i_end = i + d.size(0), j_end = j + d.size(1);
  for (size_t k = 0; k < n.ks.size(); ++k) {
    const auto row = static_cast<int64_t>(k);
    n.balls[row].slice(0, j, j_end) += d.le(real_balls[row].slice(0, i, i_end).unsqueeze(1)).sum(0);
    n.held[row]
        .slice(0, i, i_end)
        .logical_or_(d.le(fake_balls[row].slice(0, j, j_end).unsqueeze(0)).any(1));
  }
  const Tensor of_real = n.real_to_fake.slice(0, i, i_end);
  of_real.copy_(at::minimum(of_real, d.amin(1)));
  const Tensor of_fake = n.fake_to_real.slice(0, j, j_end);
  const auto [nearest, which] = d.min(0);
  const Tensor nearer = nearest.lt(of_fake), names = n.nearest_real.slice(0, j, j_end);
  names.copy_(at::where(nearer, which + i, names));
  of_fake.copy_(at::where(nearer, nearest, of_fake));
}

// 1 where the own set's nearest is nearer, 1/2 where equal.
double own_share(const Tensor& own, const Tensor& other, const Tensor& rounding) {
  const Tensor near = own.le(with_slack(other, rounding)),
               far = other.le(with_slack(own, rounding));
  return mean(near.to(at::kDouble) + far.logical_not()) / 2;
}

}  // namespace

Tensor neighbour_distances(const Tensor& x, int64_t k) {
  check_features(x, "features");
  check_k(x, k, "samples");
  const Tensor nearest = at::full({x.size(0), k}, kInfinity, x.options().dtype(at::kDouble));
  Distances(x, x).for_each_upper([&](int64_t i, int64_t j, const Tensor& d) {
    if (i == j) d.fill_diagonal_(kInfinity);
    keep_nearest(nearest.slice(0, i, i + d.size(0)), d);
    if (i != j) keep_nearest(nearest.slice(0, j, j + d.size(1)), d.t());
  });
  return nearest;
}

Neighbourhoods neighbourhoods(const Tensor& real, const Tensor& fake, std::vector<int64_t> ks,
                              const Tensor& real_radii) {
  check_features(real, fake);
  if (ks.empty()) ks = {1};
  const int64_t most = std::ranges::max(ks);
  for (const int64_t k : ks) {
    check_k(real, k, "real samples");
    check_k(fake, k, "fake samples");
  }
  Neighbourhoods n{.ks = std::move(ks)};
  n.real_radii = real_radii.defined() ? real_radii : neighbour_distances(real, most);
  n.fake_radii = neighbour_distances(fake, most);
  if (n.real_radii.size(0) != real.size(0) || n.real_radii.size(1) < most)
    throw Error("radii " + to_string(n.real_radii.sizes().vec()) + " of " +
                    std::to_string(real.size(0)) + " real samples and k = " + std::to_string(most),
                "");
  const Distances distances(real, fake);
  n.real_rounding = distances.squared_norms(real) * kOfNorm;
  n.fake_rounding = distances.squared_norms(fake) * kOfNorm;
  const int64_t count = static_cast<int64_t>(n.ks.size()), reals = real.size(0),
                fakes = fake.size(0);
  const at::TensorOptions type = n.fake_radii.options();
  n.balls = at::zeros({count, fakes}, type.dtype(at::kLong));
  n.held = at::zeros({count, reals}, type.dtype(at::kBool));
  n.real_to_fake = at::full({reals}, kInfinity, type);
  n.fake_to_real = at::full({fakes}, kInfinity, type);
  n.nearest_real = at::zeros({fakes}, type.dtype(at::kLong));
  const Tensor real_balls = ball_radii(n.real_radii, n.real_rounding, n.ks),
               fake_balls = ball_radii(n.fake_radii, n.fake_rounding, n.ks);
  distances.for_each([&](int64_t i, int64_t j, const Tensor& d) {
    count_part(n, real_balls, fake_balls, i, j, d);
  });
  return n;
}

double precision(const Neighbourhoods& n, int64_t k) {
  return mean(n.balls[static_cast<int64_t>(place(n, k))].gt(0));
}

double recall(const Neighbourhoods& n, int64_t k) {
  return mean(n.held[static_cast<int64_t>(place(n, k))]);
}

double density(const Neighbourhoods& n, int64_t k) {
  return mean(n.balls[static_cast<int64_t>(place(n, k))]) / static_cast<double>(k);
}

double density_error(const Neighbourhoods& n, int64_t k) {
  const Tensor balls = n.balls[static_cast<int64_t>(place(n, k))].to(at::kDouble);
  return balls.std().item<double>() / static_cast<double>(k) /
         std::sqrt(static_cast<double>(balls.numel()));
}

double coverage(const Neighbourhoods& n, int64_t k) {
  return mean(n.real_to_fake.le(
      ball_radii(n.real_radii, n.real_rounding, n.ks)[static_cast<int64_t>(place(n, k))]));
}

NearestNeighbourAccuracy nearest_neighbour_accuracy(const Neighbourhoods& n) {
  const auto reals = static_cast<double>(n.real_to_fake.numel()),
             fakes = static_cast<double>(n.fake_to_real.numel());
  const double real = own_share(n.real_radii.select(1, 0), n.real_to_fake, n.real_rounding);
  const double fake = own_share(n.fake_radii.select(1, 0), n.fake_to_real, n.fake_rounding);
  return {(real * reals + fake * fakes) / (reals + fakes), real, fake};
}

double authenticity(const Neighbourhoods& n) {
  const Tensor own = n.real_radii.select(1, 0).index_select(0, n.nearest_real);
  return mean(n.fake_to_real.gt(with_slack(own, n.real_rounding.index_select(0, n.nearest_real))));
}

double share_error(double share, int64_t count) {
  return std::sqrt(std::max(0.0, share * (1 - share)) / static_cast<double>(count));
}

}  // namespace gannet
