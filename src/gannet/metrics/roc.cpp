#include "gannet/metrics/roc.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "gannet/base/error.h"

namespace gannet {
namespace {

constexpr int kNewtonSteps = 50;
constexpr double kRidge = 1e-3;  // keeps the weight of a useless score at 0

// Solves a x = b in place by elimination; a is positive definite.
std::vector<double> solve(std::vector<std::vector<double>> a, std::vector<double> b) {
  const size_t n = b.size();
  for (size_t i = 0; i < n; ++i)
    for (size_t row = i + 1; row < n; ++row) {
      const double factor = a[row][i] / a[i][i];
      for (size_t k = i; k < n; ++k) a[row][k] -= factor * a[i][k];
      b[row] -= factor * b[i];
    }
  for (size_t i = n; i-- > 0;) {
    for (size_t k = i + 1; k < n; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  return b;
}

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

struct Row {
  std::vector<double> x;  // standardized scores, and a 1 for the bias
  double target, weight;
};

double value(const Row& row, const std::vector<double>& w) {
  double sum = 0;
  for (size_t k = 0; k < w.size(); ++k) sum += w[k] * row.x[k];
  return sum;
}

// Newton's method on the cross-entropy, which is convex.
std::vector<double> fitted(const std::vector<Row>& rows) {
  const size_t n = rows[0].x.size();
  std::vector<double> w(n);
  for (int step = 0; step < kNewtonSteps; ++step) {
    std::vector<std::vector<double>> hessian(n, std::vector<double>(n));
    std::vector<double> gradient(n);
    for (size_t k = 0; k < n; ++k) {
      hessian[k][k] = k + 1 < n ? kRidge : 1e-12;
      gradient[k] = (k + 1 < n ? kRidge : 0) * w[k];
    }
    for (const Row& row : rows) {
      const double p = logistic(value(row, w)), slope = std::max(p * (1 - p), 1e-9) * row.weight;
      for (size_t k = 0; k < n; ++k) {
        gradient[k] += row.weight * (p - row.target) * row.x[k];
        for (size_t l = 0; l < n; ++l) hessian[k][l] += slope * row.x[k] * row.x[l];
      }
    }
    const std::vector<double> move = solve(hessian, gradient);
    double largest = 0;
    for (size_t k = 0; k < n; ++k) {
      const double bounded = std::clamp(move[k], -2.0, 2.0);  // far out the curve is flat
      w[k] -= bounded;
      largest = std::max(largest, std::abs(bounded));
    }
    if (largest < 1e-10) break;
  }
  return w;
}

}  // namespace

Roc roc(std::span<const double> real, std::span<const double> fake) {
  if (real.empty() || fake.empty())
    throw Error("a ROC needs real and fake samples, found " + std::to_string(real.size()) +
                    " and " + std::to_string(fake.size()),
                "");
  std::vector<std::pair<double, bool>> all;  // score, is fake
  for (const double score : real) all.emplace_back(score, false);
  for (const double score : fake) all.emplace_back(score, true);
  std::ranges::sort(all, std::greater<>{}, &std::pair<double, bool>::first);
  Roc result{.fpr = {0}, .tpr = {0}};
  double alarms = 0, hits = 0;
  for (size_t i = 0; i < all.size();) {
    const double score = all[i].first;
    for (; i < all.size() && all[i].first == score; ++i) (all[i].second ? hits : alarms) += 1;
    result.fpr.push_back(alarms / static_cast<double>(real.size()));
    result.tpr.push_back(hits / static_cast<double>(fake.size()));
    const size_t last = result.tpr.size() - 1;
    result.auc +=
        (result.fpr[last] - result.fpr[last - 1]) * (result.tpr[last] + result.tpr[last - 1]) / 2;
  }
  return result;
}

double Calibration::probability(std::span<const double> scores) const {
  double sum = bias;
  for (size_t k = 0; k < weight.size(); ++k) sum += weight[k] * (scores[k] - mean[k]) / scale[k];
  return logistic(sum);
}

Calibration fit_calibration(const Scores& real, const Scores& fake) {
  if (real.size() < 2 || fake.size() < 2)
    throw Error("too few samples to calibrate with: " + std::to_string(real.size()) + " real, " +
                    std::to_string(fake.size()) + " fake, expected 2 and more",
                "");
  const size_t width = real[0].size();
  Calibration c{
      .weight = {}, .mean = std::vector<double>(width), .scale = std::vector<double>(width)};
  const auto n = static_cast<double>(real.size() + fake.size());
  const auto each = [&](const auto& work) {
    for (const Scores* side : {&real, &fake})
      for (const std::vector<double>& scores : *side) {
        if (scores.size() != width) throw Error("scores of unlike numbers", "");
        for (size_t k = 0; k < width; ++k) work(k, scores[k]);
      }
  };
  each([&](size_t k, double score) { c.mean[k] += score / n; });
  each(
      [&](size_t k, double score) { c.scale[k] += (score - c.mean[k]) * (score - c.mean[k]) / n; });
  for (double& scale : c.scale) scale = scale > 0 ? std::sqrt(scale) : 1;

  std::vector<Row> rows;
  for (const Scores* side : {&real, &fake}) {
    const auto count = static_cast<double>(side->size());
    const double target = side == &fake ? (count + 1) / (count + 2) : 1 / (count + 2);
    for (const std::vector<double>& scores : *side) {
      Row row{.x = {}, .target = target, .weight = n / (2 * count)};
      for (size_t k = 0; k < width; ++k) row.x.push_back((scores[k] - c.mean[k]) / c.scale[k]);
      row.x.push_back(1);
      rows.push_back(std::move(row));
    }
  }
  c.weight = fitted(rows);
  c.bias = c.weight.back();
  c.weight.pop_back();
  return c;
}

}  // namespace gannet
