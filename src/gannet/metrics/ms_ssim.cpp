#include "gannet/metrics/ms_ssim.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/exp.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "gannet/base/error.h"
#include "gannet/metrics/detail/features.h"
#include "gannet/tensor/random.h"

namespace gannet {
namespace {

constexpr uint32_t kPairDraw = 54;  // Address::layer
constexpr std::array kWeights = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};
constexpr int64_t kWindow = 11, kSmallest = 16, kPairsAtOnce = 64;
constexpr double kSigma = 1.5, kC1 = 0.01 * 255 * 0.01 * 255, kC2 = 0.03 * 255 * 0.03 * 255;

// Means over places and channels [P]: luminance x contrast x structure, and the last two alone.
struct Similarity {
  Tensor all, contrast;
};
Similarity similarity(const Tensor& a, const Tensor& b) {
  const int64_t h = a.size(2), w = a.size(3), size = std::min({kWindow, h, w});
  const double sigma = kSigma * static_cast<double>(size) / static_cast<double>(kWindow);
  const Tensor places = at::arange(size, a.options()) - static_cast<double>(size - 1) / 2;
  Tensor row = at::exp(-places.square() / (2 * sigma * sigma));
  row = row / row.sum();
  const auto mean = [&](const Tensor& x) {
    const Tensor across = at::conv2d(x.reshape({-1, 1, h, w}), row.view({1, 1, 1, -1}));
    return at::conv2d(across, row.view({1, 1, -1, 1}));
  };
  const Tensor mean_a = mean(a), mean_b = mean(b);
  const Tensor contrast = (2 * (mean(a * b) - mean_a * mean_b) + kC2) /
                          (mean(a * a) - mean_a.square() + mean(b * b) - mean_b.square() + kC2);
  const Tensor luminance = (2 * mean_a * mean_b + kC1) / (mean_a.square() + mean_b.square() + kC1);
  const auto of_pairs = [&](const Tensor& x) { return x.reshape({a.size(0), -1}).mean(1); };
  return {of_pairs(luminance * contrast), of_pairs(contrast)};
}

}  // namespace

Tensor ms_ssim(const Tensor& a, const Tensor& b) {
  check_shape(a, {-1, -1, -1, -1}, "images");
  check_shape(b, a.sizes(), "images to compare with");
  if (std::min(a.size(2), a.size(3)) < kSmallest)
    throw Error("MS-SSIM needs images of 16x16 pixels, not " + to_string(a.sizes().vec()), "");
  Tensor x = a.to(at::kDouble), y = b.to(at::kDouble), product;
  for (size_t scale = 0; scale < kWeights.size(); ++scale) {
    const bool last = scale + 1 == kWeights.size();
    const Similarity s = similarity(x, y);
    const Tensor term = (last ? s.all : s.contrast).clamp_min(0).pow(kWeights[scale]);
    product = product.defined() ? product * term : term;
    if (last) break;
    x = at::avg_pool2d(x, {2, 2});
    y = at::avg_pool2d(y, {2, 2});
  }
  return product;
}

PairSimilarity pair_similarity(const Tensor& images, int64_t pairs, uint64_t seed) {
  check_shape(images, {-1, -1, -1, -1}, "images");
  const int64_t n = images.size(0);
  if (n < 2 || pairs < 2)
    throw Error("the similarity of pairs needs two images and two pairs, found " +
                    std::to_string(n) + " and " + std::to_string(pairs),
                "");
  Address address{.seed = seed, .purpose = Purpose::metric, .layer = kPairDraw};
  const Tensor first = integers(address, 0, pairs, n, at::kLong);
  address.call = 1;
  const Tensor second = (first + 1 + integers(address, 0, pairs, n - 1, at::kLong)).remainder(n);
  std::vector<Tensor> all;
  for_parts(pairs, kPairsAtOnce, [&](int64_t from, int64_t to) {
    const auto chosen = [&](const Tensor& which) {
      return images.index_select(0, which.slice(0, from, to).to(images.device()));
    };
    all.push_back(ms_ssim(chosen(first), chosen(second)));
  });
  const Tensor values = at::cat(all);
  return {values.mean().item<double>(),
          values.std(/*unbiased=*/true).item<double>() / std::sqrt(static_cast<double>(pairs)),
          pairs};
}

}  // namespace gannet
