// Resampling by a factor: average pooling, bilinear upsampling and downsampling.
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/avg_pool1d.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/upsample_bilinear2d.h>

#include "gannet/base/error.h"
#include "gannet/nn/detail/bilinear.h"
#include "gannet/nn/layers.h"
#include "gannet/nn/layers/frames.h"

namespace gannet {
namespace {

struct AveragePool : Layer {
  explicit AveragePool(int64_t by) : by_(by) {}
  std::string_view kind() const override { return "avg_pool"; }
  Precision precision() const override { return Precision::any; }
  std::string settings() const override { return setting("by", by_); }
  Shape shape(std::span<const Shape> in) const override {
    Shape out = in[0];
    if (out.size() != 2 && out.size() != 3)
      throw Error("pooling needs [C, T] or [C, H, W], not " + to_string(in[0]), "");
    for (size_t axis = 1; axis < out.size(); ++axis) {
      if (by_ < 1 || out[axis] % by_ != 0)
        throw Error(to_string(in[0]) + " cannot be pooled by " + std::to_string(by_), "");
      out[axis] /= by_;
    }
    return out;
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    return in[0].dim() == 3 ? at::avg_pool1d(in[0], {by_}) : at::avg_pool2d(in[0], {by_, by_});
  }
  Linearity linearity(size_t) const override { return Linearity::linear; }
  int64_t flops(std::span<const Shape> in, const Shape&) const override { return count(in[0]); }

  int64_t by_;
};

struct Bilinear : Layer {
  Bilinear(int64_t by, bool down) : by_(by), down_(down) {}
  std::string_view kind() const override {
    return down_ ? "downsample_bilinear" : "upsample_bilinear";
  }
  std::string settings() const override { return setting("by", by_); }
  Shape shape(std::span<const Shape> in) const override {
    Shape out = in[0];
    if (out.size() != 3 && out.size() != 4)
      throw Error("bilinear resampling needs [C, H, W] or [C, T, H, W], not " + to_string(in[0]),
                  "");
    for (size_t axis = out.size() - 2; axis < out.size(); ++axis) {
      if (by_ < 1 || (down_ && out[axis] % by_ != 0))
        throw Error(to_string(in[0]) + " cannot be resampled by " + std::to_string(by_), "");
      out[axis] = down_ ? out[axis] / by_ : out[axis] * by_;
    }
    return out;
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    return frame_by_frame(in[0], [this](const Tensor& x) { return resample(x); });
  }
  Tensor resample(const Tensor& x) const {
    if (down_) return downsample(x);
    if (x.is_cuda()) return upsample_by_matrices(x, by_);
    return at::upsample_bilinear2d(x, {x.size(2) * by_, x.size(3) * by_}, false);
  }
  // The antialiasing triangle filter as a depthwise convolution, renormalized at the edges. ATen's
  // own antialiased resampling is slow and changes the layout of images.
  Tensor downsample(const Tensor& x) const {
    const int64_t side = 2 * by_ - by_ % 2, pad = by_ / 2;
    const auto options = x.options();
    const Tensor offsets = at::arange(side, options) - 0.5 * static_cast<double>(side - 1);
    Tensor row = 1 - offsets.abs() / static_cast<double>(by_);
    row = row / row.sum();
    const auto convolve = [&](const Tensor& y, int64_t groups) {
      const Tensor kernel = (row.unsqueeze(1) * row).expand({groups, 1, side, side});
      return at::conv2d(y, kernel, {}, {by_, by_}, {pad, pad}, {1, 1}, groups);
    };
    const Tensor inside = convolve(at::ones({1, 1, x.size(2), x.size(3)}, options), 1);
    return convolve(x.contiguous(at::MemoryFormat::ChannelsLast), x.size(1)) / inside;
  }
  Linearity linearity(size_t) const override { return Linearity::linear; }
  int64_t flops(std::span<const Shape> in, const Shape& out) const override {
    return 8 * std::max(count(in[0]), count(out));
  }

  int64_t by_;
  bool down_;
};

// [by n, n]: what each output takes of each input; centres are at half pixels, edges are repeated.
Tensor upsampling_weights(int64_t n, int64_t by, const at::TensorOptions& options) {
  const Tensor place = (at::arange(by * n, options) + 0.5) / static_cast<double>(by) - 0.5;
  const Tensor distance =
      place.clamp(0, static_cast<double>(n - 1)).unsqueeze(1) - at::arange(n, options);
  return (1 - distance.abs()).clamp_min(0);
}

}  // namespace

Tensor upsample_by_matrices(const Tensor& x, int64_t by) {
  const Tensor rows = upsampling_weights(x.size(2), by, x.options());
  const Tensor columns = upsampling_weights(x.size(3), by, x.options());
  return at::matmul(rows, at::matmul(x, columns.t()));
}

LayerPtr avg_pool(int64_t by) { return std::make_shared<AveragePool>(by); }
LayerPtr upsample_bilinear(int64_t by) { return std::make_shared<Bilinear>(by, false); }
LayerPtr downsample_bilinear(int64_t by) { return std::make_shared<Bilinear>(by, true); }

}  // namespace gannet
