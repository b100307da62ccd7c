#include "gannet/metrics/sliced_wasserstein.h"

#include <ATen/TensorIndexing.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/cumsum.h>
#include <ATen/ops/diff.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/reflection_pad2d.h>
#include <ATen/ops/sort.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gannet/base/error.h"
#include "gannet/metrics/detail/features.h"
#include "gannet/tensor/random.h"

namespace gannet {
namespace {

constexpr uint32_t kDirectionDraw = 52, kPlaceDraw = 53;  // Address::layer
constexpr int64_t kPatch = 7, kSmallest = 16, kImagesAtOnce = 256, kDirectionsAtOnce = 4;

// By the binomial filter of 5x5, `gain` in all; reflected beyond the edges.
Tensor blurred(const Tensor& images, double gain) {
  const Tensor row = at::tensor({1.0, 4.0, 6.0, 4.0, 1.0}, images.options()) / 16;
  const Tensor kernel = (row.unsqueeze(1) * row.unsqueeze(0) * gain).view({1, 1, 5, 5});
  const int64_t h = images.size(2), w = images.size(3);
  const Tensor flat = at::reflection_pad2d(images.reshape({-1, 1, h, w}), {2, 2, 2, 2});
  return at::conv2d(flat, kernel).view(images.sizes());
}

Tensor halved(const Tensor& images) {
  return blurred(images, 1).slice(2, 0, images.size(2), 2).slice(3, 0, images.size(3), 2);
}

Tensor doubled(const Tensor& images, int64_t height, int64_t width) {
  const Tensor wide = at::zeros({images.size(0), images.size(1), height, width}, images.options());
  wide.slice(2, 0, height, 2).slice(3, 0, width, 2).copy_(images);
  return blurred(wide, 4);
}

// int64 [n], top-left corners below `below`, of the images from number `first` on.
Tensor places(int64_t images, int64_t first, int64_t patches, int64_t below, uint64_t seed,
              int64_t level, uint32_t call) {
  const Address address{.seed = seed,
                        .step = static_cast<uint32_t>(level),
                        .purpose = Purpose::metric,
                        .layer = kPlaceDraw,
                        .call = call};
  const Tensor u = uniform(address, first, images, {patches}, at::kDouble);
  return (u * static_cast<double>(below)).to(at::kLong).clamp_max(below - 1);
}

// Random patches of a level, float32 [N * patches, C * 49].
Tensor patches_of(const Tensor& level, const Tensor& top, const Tensor& left) {
  const int64_t n = level.size(0), channels = level.size(1);
  const Tensor windows = level.unfold(2, kPatch, 1).unfold(3, kPatch, 1);  // [N, C, y, x, 7, 7]
  const Tensor image = at::arange(n, top.options()).unsqueeze(1).expand_as(top);
  return windows.permute({0, 2, 3, 1, 4, 5})
      .index({image, top, left})
      .reshape({-1, channels, kPatch * kPatch});
}

// Descriptors of a level: float32 [N * patches, C * 49], channels normalized. One level at a time:
// the patches of all of them are memory, and pyramids are quick.
Tensor descriptors(const Tensor& images, const PatchDistances& how, uint32_t side, size_t level) {
  Tensor x = at::empty({images.size(0) * how.patches, images.size(1), kPatch * kPatch},
                       images.options().dtype(at::kFloat));
  for_parts(images.size(0), kImagesAtOnce, [&](int64_t from, int64_t to) {
    const Tensor pyramid = laplacian_pyramid(images.slice(0, from, to).to(at::kFloat)).at(level);
    const auto draw = [&](int64_t length, uint32_t call) {
      return places(to - from, from, how.patches, length - kPatch + 1, how.seed,
                    static_cast<int64_t>(level), 2 * side + call)
          .to(images.device());
    };
    x.slice(0, from * how.patches, to * how.patches)
        .copy_(patches_of(pyramid, draw(pyramid.size(2), 0), draw(pyramid.size(3), 1)));
  });
  x -= x.mean(at::IntArrayRef{0, 2}, /*keepdim=*/true);
  x /= x.square().mean(at::IntArrayRef{0, 2}, true).sqrt().clamp_min(1e-8);
  return x.flatten(1);
}

void check_images(const Tensor& real, const Tensor& fake) {
  check_shape(real, {-1, -1, -1, -1}, "real images");
  check_shape(fake, real.sizes(), "fake images");
  if (std::min(real.size(2), real.size(3)) < kSmallest)
    throw Error("the patches of a pyramid need images of 16x16 pixels, not " +
                    to_string(real.sizes().vec()),
                "");
}

}  // namespace

Tensor random_directions(int64_t dimensions, int64_t n, uint64_t seed) {
  const Tensor x = normal({.seed = seed, .purpose = Purpose::metric, .layer = kDirectionDraw}, 0, n,
                          {dimensions}, at::kDouble);
  return (x / x.square().sum(1, /*keepdim=*/true).sqrt()).t().contiguous();
}

double SlicedDistance::error() const {
  const auto n = static_cast<double>(influence.numel());
  return n < 2 ? 0 : std::sqrt(influence.square().sum().item<double>() / (n - 1) / n);
}

double sliced_wasserstein(const Tensor& real, const Tensor& fake, const Tensor& directions) {
  return sliced_distance(real, fake, directions).value;
}

SlicedDistance sliced_distance(const Tensor& real, const Tensor& fake, const Tensor& directions) {
  check_features(real, fake);
  if (real.size(0) != fake.size(0))
    throw Error("a sliced Wasserstein distance needs as many samples on both sides, found " +
                    std::to_string(real.size(0)) + " and " + std::to_string(fake.size(0)),
                "");
  check_shape(directions, {real.size(1), -1}, "directions");
  double sum = 0;
  SlicedDistance result{0, at::zeros({fake.size(0)}, fake.options().dtype(at::kDouble))};
  for_parts(directions.size(1), kDirectionsAtOnce, [&](int64_t from, int64_t to) {
    const Tensor w = directions.slice(1, from, to).to(real.device(), at::kDouble);
    const auto sorted = [&](const Tensor& x) {
      std::vector<Tensor> parts;
      for_parts(x.size(0), rows_at_once(x.size(1)), [&](int64_t i, int64_t end) {
        parts.push_back(at::matmul(feature_rows(x, i, end), w));
      });
      return at::sort(at::cat(parts).t().contiguous(), 1);
    };
    const auto [values, order] = sorted(fake);
    const Tensor apart = values - std::get<0>(sorted(real));
    sum += apart.abs().mean(1).sum().item<double>();
    const Tensor slope = apart.sign(), potentials = at::zeros_like(values);
    const Tensor steps = (slope.slice(1, 1) + slope.slice(1, 0, -1)) / 2 * values.diff(1, 1);
    potentials.slice(1, 1).copy_(steps.cumsum(1));
    result.influence.scatter_add_(0, order.flatten(), potentials.flatten());
  });
  const auto n = static_cast<double>(directions.size(1));
  result.value = sum / n;
  result.influence = (result.influence - result.influence.mean()) / n;
  return result;
}

std::vector<Tensor> laplacian_pyramid(const Tensor& images) {
  std::vector<Tensor> levels = {images};
  while (std::min(levels.back().size(2), levels.back().size(3)) >= 2 * kSmallest) {
    const Tensor next = halved(levels.back());
    levels.back() = levels.back() - doubled(next, levels.back().size(2), levels.back().size(3));
    levels.push_back(next);
  }
  return levels;
}

PyramidDistance pyramid_distance(const Tensor& real, const Tensor& fake,
                                 const PatchDistances& how) {
  check_images(real, fake);
  PyramidDistance result;
  const size_t levels = laplacian_pyramid(real.slice(0, 0, 1).to(at::kFloat)).size();
  SlicedDistance of_image{
      0, at::zeros({fake.size(0)}, at::TensorOptions(fake.device()).dtype(at::kDouble))};
  for (size_t level = 0; level < levels; ++level) {
    const Tensor a = descriptors(real, how, 0, level), b = descriptors(fake, how, 1, level);
    const Tensor directions = random_directions(a.size(1), how.directions * how.repeats, how.seed);
    const SlicedDistance found = sliced_distance(a, b, directions);
    of_image.influence += 1000 / static_cast<double>(levels) *
                          found.influence.view({fake.size(0), how.patches}).mean(1);
    result.of_level.push_back(1000 * found.value);
    result.sides.push_back((real.size(2) + (int64_t{1} << level) - 1) >> level);
  }
  result.mean = std::accumulate(result.of_level.begin(), result.of_level.end(), 0.0) /
                static_cast<double>(result.of_level.size());
  result.error = of_image.error();
  return result;
}

}  // namespace gannet
