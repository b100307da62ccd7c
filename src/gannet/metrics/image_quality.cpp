#include "gannet/metrics/image_quality.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/tensor.h>

#include <cmath>

#include "gannet/base/error.h"

namespace gannet {
namespace {

void check_equal(const Tensor& a, const Tensor& b) {
  if (a.sizes() != b.sizes())
    throw Error("images of " + to_string(a.sizes().vec()) + " and " + to_string(b.sizes().vec()) +
                    " cannot be compared",
                "");
}

constexpr int64_t kWindow = 11;
constexpr double kSigma = 1.5, kRange = 255;
constexpr double kC1 = 0.01 * kRange * 0.01 * kRange, kC2 = 0.03 * kRange * 0.03 * kRange;

}  // namespace

Tensor luma(const Tensor& image, int64_t border) {
  check_shape(image, {-1, -1, -1}, "an image");
  const int64_t height = image.size(0), width = image.size(1), channels = image.size(2);
  if ((channels != 1 && channels != 3) || height <= 2 * border || width <= 2 * border)
    throw Error("no luma of an image " + to_string(image.sizes().vec()) + " without a border of " +
                    std::to_string(border),
                "");
  const Tensor x = image.slice(0, border, height - border)
                       .slice(1, border, width - border)
                       .to(at::kCPU, at::kDouble);
  if (channels == 1) return x.select(2, 0);
  const Tensor weights = at::tensor({65.481, 128.553, 24.966}, at::kDouble) / 255;
  return 16 + (x * weights).sum(2);
}

double mean_absolute_error(const Tensor& a, const Tensor& b) {
  check_equal(a, b);
  return (a.to(at::kDouble) - b.to(at::kDouble)).abs().mean().item<double>();
}

double psnr(const Tensor& a, const Tensor& b) {
  check_equal(a, b);
  return 10 * std::log10(kRange * kRange / (a - b).square().mean().item<double>());
}

double ssim(const Tensor& a, const Tensor& b) {
  check_equal(a, b);
  if (a.size(0) < kWindow || a.size(1) < kWindow)
    throw Error("structural similarity needs 11x11 pixels, not " + to_string(a.sizes().vec()), "");
  const Tensor places = at::arange(kWindow, a.options()) - (kWindow - 1) / 2.0;
  Tensor row = at::exp(-places.square() / (2 * kSigma * kSigma));
  row = row / row.sum();
  const auto blurred = [&](const Tensor& x) {
    const Tensor across = at::conv2d(x.view({1, 1, x.size(0), x.size(1)}), row.view({1, 1, 1, -1}));
    return at::conv2d(across, row.view({1, 1, -1, 1}));
  };
  const Tensor mean_a = blurred(a), mean_b = blurred(b);
  const Tensor variance_a = blurred(a * a) - mean_a * mean_a;
  const Tensor variance_b = blurred(b * b) - mean_b * mean_b;
  const Tensor covariance = blurred(a * b) - mean_a * mean_b;
  const Tensor similarity =
      (2 * mean_a * mean_b + kC1) * (2 * covariance + kC2) /
      ((mean_a.square() + mean_b.square() + kC1) * (variance_a + variance_b + kC2));
  return similarity.mean().item<double>();
}

double gradient_energy(const Tensor& y) {
  check_shape(y, {-1, -1}, "luma");
  const auto energy = [&](int64_t axis) {
    const int64_t n = y.size(axis);
    return (y.slice(axis, 1, n) - y.slice(axis, 0, n - 1)).square().mean().item<double>();
  };
  return energy(0) + energy(1);
}

}  // namespace gannet
