#include "gannet/metrics/two_sample.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/argsort.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>

#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "gannet/base/error.h"
#include "gannet/tensor/random.h"

namespace gannet {
namespace {

enum Draw : uint32_t {
  kernel_labels = 1,
  neighbour_labels,
  classifier_labels,
  energy_labels,
  tree_labels,
};

void check_labels(const Tensor& labels, int64_t n) {
  check_shape(labels, {n}, "labels");
  const double first = labels.sum().item<double>();
  if (first < 2 || static_cast<double>(n) - first < 2)
    throw Error("a two-sample test needs at least two samples of each set", "");
}

// The labels, and below them random permutations of them: float64 [1 + P, N].
Tensor permuted(const Tensor& labels, const Permutations& how, Draw draw) {
  const Address address{.seed = how.seed, .purpose = Purpose::metric, .layer = draw};
  const Tensor keys = uniform(address, 0, how.count, {labels.size(0)}, at::kFloat);
  const Tensor order = at::argsort(keys, /*stable=*/true, /*dim=*/1).to(labels.device());
  return at::cat({labels.unsqueeze(0), labels.expand_as(keys).gather(1, order)});
}

// Statistics [1 + P], the true labels' first. Ties are broken at random: a uniform draw decides how
// many of the equal ones count as larger. Otherwise statistics with few possible values would have
// p-values that are too large.
TestResult rank(const Tensor& statistics, const Permutations& how, Draw draw) {
  const Tensor plain = statistics.to(at::kCPU);
  const double* s = plain.const_data_ptr<double>();
  int64_t larger = 0, equal = 0;
  for (int64_t i = 1; i < statistics.numel(); ++i) {
    larger += s[i] > s[0];
    equal += s[i] == s[0];
  }
  float tie_break = 0;
  uniform(Address{.seed = how.seed, .purpose = Purpose::metric, .layer = draw, .call = 1}, 0,
          std::span<float>(&tie_break, 1));
  const auto before = larger + static_cast<int64_t>(static_cast<double>(tie_break) *
                                                    static_cast<double>(equal + 1));
  return {.statistic = s[0],
          .p_value = static_cast<double>(before + 1) / static_cast<double>(how.count + 1)};
}

// Without its diagonal; a median of 0 (most samples equal) gives way to the mean.
double typical_distance(const Tensor& distances) {
  const int64_t n = distances.size(0);
  const Tensor others = distances.masked_select(at::eye(n, distances.options()).eq(0));
  const double median = others.median().item<double>();
  return median > 0 ? median : others.mean().item<double>();
}

// Of values [N, N] with zeros on the diagonal, for each row of labels the sums over pairs within
// the first set, within the other, and across (each pair once): [1 + P] each.
struct PairSums {
  Tensor first, other, across;
};
PairSums pair_sums(const Tensor& values, const Tensor& labels) {
  const Tensor row = values.sum(1);
  const Tensor first = (at::matmul(labels, values) * labels).sum(1);
  const Tensor across = at::matmul(labels, row) - first;
  return {first, row.sum() - first - 2 * across, across};
}

// Prim's algorithm: the edges of a minimum spanning tree, their two ends [N - 1] each.
std::pair<Tensor, Tensor> spanning_tree(const Tensor& distances) {
  const Tensor plain = distances.to(at::kCPU).contiguous();
  const double* const d = plain.const_data_ptr<double>();
  const auto n = static_cast<size_t>(distances.size(0));
  std::vector<int64_t> nearest(n, 0), from, to;  // the tree's sample that is nearest to each
  std::vector<bool> inside(n, false);
  inside[0] = true;
  for (size_t edge = 1; edge < n; ++edge) {
    size_t next = 0;
    double least = std::numeric_limits<double>::infinity();
    for (size_t i = 1; i < n; ++i)
      if (const double to_tree = d[i * n + static_cast<size_t>(nearest[i])];
          !inside[i] && (next == 0 || to_tree < least))
        least = to_tree, next = i;
    inside[next] = true;
    from.push_back(nearest[next]);
    to.push_back(static_cast<int64_t>(next));
    for (size_t i = 1; i < n; ++i)
      if (d[i * n + next] < d[i * n + static_cast<size_t>(nearest[i])])
        nearest[i] = static_cast<int64_t>(next);
  }
  return {at::tensor(from, at::kLong).to(distances.device()),
          at::tensor(to, at::kLong).to(distances.device())};
}

}  // namespace

Tensor squared_distances(const Tensor& x, bool scaled) {
  Tensor flat = x.reshape({x.size(0), -1}).to(at::kDouble);
  flat = flat - flat.mean(0, /*keepdim=*/true);
  if (scaled) {
    const Tensor spread = flat.square().mean(0, true).sqrt();
    flat = flat / spread.masked_fill(spread.eq(0), 1);
  }
  const Tensor square = flat.square().sum(1);
  const Tensor all = square.unsqueeze(0) + square.unsqueeze(1) - 2 * at::matmul(flat, flat.t());
  return all.clamp_min_(0).fill_diagonal_(0);
}

TestResult kernel_test(const Tensor& distances, const Tensor& labels, const Permutations& how) {
  check_labels(labels, distances.size(0));
  const double typical = typical_distance(distances);
  Tensor kernel = at::zeros_like(distances);
  if (typical > 0)
    for (const double width : {0.25, 0.5, 1.0, 2.0, 4.0})
      kernel += at::exp(distances * (-0.5 / (width * width * typical)));
  kernel.fill_diagonal_(0);

  const double n = labels.sum().item<double>(), m = static_cast<double>(labels.numel()) - n;
  const auto [first, other, across] = pair_sums(kernel, permuted(labels, how, kernel_labels));
  const Tensor statistics = first / (n * (n - 1)) + other / (m * (m - 1)) - across * (2 / (n * m));
  return rank(statistics, how, kernel_labels);
}

TestResult energy_test(const Tensor& distances, const Tensor& labels, const Permutations& how) {
  check_labels(labels, distances.size(0));
  const double n = labels.sum().item<double>(), m = static_cast<double>(labels.numel()) - n;
  const auto [first, other, across] =
      pair_sums(distances.sqrt(), permuted(labels, how, energy_labels));
  return rank(across * (2 / (n * m)) - first / (n * n) - other / (m * m), how, energy_labels);
}

TestResult spanning_tree_test(const Tensor& distances, const Tensor& labels,
                              const Permutations& how) {
  check_labels(labels, distances.size(0));
  const auto [from, to] = spanning_tree(distances);
  const Tensor sets = permuted(labels, how, tree_labels);
  const Tensor joined = sets.index_select(1, from).eq(sets.index_select(1, to));
  return rank(joined.to(at::kDouble).mean(1), how, tree_labels);
}

TestResult nearest_neighbour_test(const Tensor& distances, const Tensor& labels,
                                  const Permutations& how) {
  check_labels(labels, distances.size(0));
  const Tensor others = distances.clone().fill_diagonal_(std::numeric_limits<double>::infinity());
  const Tensor nearest = others.argmin(1);
  const Tensor first = permuted(labels, how, neighbour_labels);
  const Tensor theirs = first.index_select(1, nearest);
  return rank(first.eq(theirs).to(at::kDouble).mean(1), how, neighbour_labels);
}

TestResult classifier_test(const Tensor& scores, const Tensor& labels, const Permutations& how) {
  check_shape(scores, {labels.size(0)}, "scores");
  check_labels(labels, scores.size(0));
  const Tensor predicted = scores.gt(0).to(at::kDouble);
  const Tensor first = permuted(labels, how, classifier_labels);
  return rank(first.eq(predicted.unsqueeze(0)).to(at::kDouble).mean(1), how, classifier_labels);
}

}  // namespace gannet
