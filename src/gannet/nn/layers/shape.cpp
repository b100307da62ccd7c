// Layers that move or combine values: reshape, sum, concatenation, dot product, nearest
// upsampling, pixel shuffle.
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/pixel_shuffle.h>
#include <ATen/ops/upsample_nearest1d.h>
#include <ATen/ops/upsample_nearest2d.h>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"
#include "gannet/nn/layers/frames.h"

namespace gannet {
namespace {

struct Reshape : Layer {
  explicit Reshape(Shape to) : to_(std::move(to)) {}
  std::string_view kind() const override { return "reshape"; }
  Precision precision() const override { return Precision::any; }
  Shape shape(std::span<const Shape> in) const override {
    if (count(in[0]) != count(to_))
      throw Error(to_string(in[0]) + " cannot become " + to_string(to_), "");
    return to_;
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    Shape to{in[0].size(0)};
    to.insert(to.end(), to_.begin(), to_.end());
    return in[0].reshape(to);
  }
  Linearity linearity(size_t) const override { return Linearity::linear; }
  int64_t flops(std::span<const Shape>, const Shape&) const override { return 0; }

  Shape to_;
};

struct Sum : Layer {
  std::string_view kind() const override { return "add"; }
  Precision precision() const override { return Precision::any; }
  Shape shape(std::span<const Shape> in) const override {
    for (const Shape& s : in)
      if (s != in[0]) throw Error("cannot add " + to_string(s) + " to " + to_string(in[0]), "");
    return in[0];
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    Tensor total = in[0];
    for (const Tensor& x : in.subspan(1)) total = total + x;
    return total;
  }
  Linearity linearity(size_t) const override { return Linearity::linear; }
};

struct Concat : Layer {
  std::string_view kind() const override { return "concat"; }
  Precision precision() const override { return Precision::any; }
  Shape shape(std::span<const Shape> in) const override {
    Shape out = in[0];
    for (const Shape& s : in.subspan(1)) {
      const bool broadcast = s.size() == 1 && out.size() > 1;
      if (out.empty() || s.empty() ||
          (!broadcast && !std::equal(s.begin() + 1, s.end(), out.begin() + 1, out.end())))
        throw Error("cannot concatenate " + to_string(s) + " to " + to_string(in[0]), "");
      out[0] += s[0];
    }
    return out;
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    std::vector<Tensor> parts{in[0]};
    for (const Tensor& x : in.subspan(1)) {
      Shape to(in[0].sizes().begin(), in[0].sizes().end());
      to[1] = x.size(1);
      Tensor part = x;
      while (part.dim() < in[0].dim()) part = part.unsqueeze(-1);
      parts.push_back(part.expand(to));
    }
    return at::cat(parts, 1);
  }
  Linearity linearity(size_t) const override { return Linearity::linear; }
  int64_t flops(std::span<const Shape>, const Shape&) const override { return 0; }
};

struct GlobalSumPool : Layer {
  std::string_view kind() const override { return "global_sum_pool"; }
  Shape shape(std::span<const Shape> in) const override {
    if (in[0].size() < 2)
      throw Error("a global sum pool needs [C, T] or [C, H, W], not " + to_string(in[0]), "");
    return {in[0][0]};
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    return in[0].flatten(2).sum(2);
  }
  Linearity linearity(size_t) const override { return Linearity::linear; }
  int64_t flops(std::span<const Shape> in, const Shape&) const override { return count(in[0]); }
};

struct Dot : Layer {
  std::string_view kind() const override { return "dot"; }
  Shape shape(std::span<const Shape> in) const override {
    if (in[0].size() != 1 || in[0] != in[1])
      throw Error("no dot product of " + to_string(in[0]) + " and " + to_string(in[1]), "");
    return {1};
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    return (in[0] * in[1]).sum(1, /*keepdim=*/true);
  }
  Linearity linearity(size_t) const override { return Linearity::multilinear; }
  int64_t flops(std::span<const Shape> in, const Shape&) const override { return 2 * count(in[0]); }
};

struct Maxout : Layer {
  explicit Maxout(int64_t pieces) : pieces_(pieces) {
    if (pieces < 1) throw Error("maxout of " + std::to_string(pieces) + " pieces", "");
  }
  std::string_view kind() const override { return "maxout"; }
  std::string settings() const override { return setting("pieces", pieces_); }
  Shape shape(std::span<const Shape> in) const override {
    if (in[0].size() != 1 || in[0][0] % pieces_ != 0)
      throw Error(to_string(in[0]) + " is not units of " + std::to_string(pieces_) + " pieces", "");
    return {in[0][0] / pieces_};
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    return std::get<0>(pieces(in[0]).max(2));
  }
  Linearity linearity(size_t) const override { return Linearity::piecewise_linear; }
  Tensor jvp(std::span<const Tensor> tangents, std::span<const Tensor> primals,
             Call&) const override {
    const Tensor chosen = std::get<1>(pieces(primals[0]).max(2, /*keepdim=*/true));
    return pieces(tangents[0]).gather(2, chosen).squeeze(2);
  }
  int64_t flops(std::span<const Shape> in, const Shape&) const override { return count(in[0]); }

  Tensor pieces(const Tensor& x) const { return x.reshape({x.size(0), -1, pieces_}); }

  int64_t pieces_;
};

struct UpsampleNearest : Layer {
  explicit UpsampleNearest(int64_t by) : by_(by) {
    if (by < 1) throw Error("upsampling by " + std::to_string(by), "");
  }
  std::string_view kind() const override { return "upsample_nearest"; }
  Precision precision() const override { return Precision::any; }
  std::string settings() const override { return setting("by", by_); }
  Shape shape(std::span<const Shape> in) const override {
    if (in[0].size() < 2 || in[0].size() > 4)
      throw Error("upsampling needs [C, T], [C, H, W] or [C, T, H, W], not " + to_string(in[0]),
                  "");
    Shape out = in[0];
    for (size_t axis = out.size() == 4 ? 2 : 1; axis < out.size(); ++axis) out[axis] *= by_;
    return out;
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    const Tensor& x = in[0];
    if (x.dim() == 3) return at::upsample_nearest1d(x, {x.size(2) * by_});
    return frame_by_frame(x, [this](const Tensor& frame) {
      return at::upsample_nearest2d(frame, {frame.size(2) * by_, frame.size(3) * by_});
    });
  }
  Linearity linearity(size_t) const override { return Linearity::linear; }
  int64_t flops(std::span<const Shape>, const Shape&) const override { return 0; }

  int64_t by_;
};

struct PixelShuffle : Layer {
  explicit PixelShuffle(int64_t by) : by_(by) {
    if (by < 1) throw Error("a pixel shuffle by " + std::to_string(by), "");
  }
  std::string_view kind() const override { return "pixel_shuffle"; }
  Precision precision() const override { return Precision::any; }
  std::string settings() const override { return setting("by", by_); }
  Shape shape(std::span<const Shape> in) const override {
    if (in[0].size() != 3 || in[0][0] % (by_ * by_) != 0)
      throw Error("a pixel shuffle by " + std::to_string(by_) +
                      " needs [C, H, W] with C a multiple of " + std::to_string(by_ * by_) +
                      ", not " + to_string(in[0]),
                  "");
    return {in[0][0] / (by_ * by_), in[0][1] * by_, in[0][2] * by_};
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    return at::pixel_shuffle(in[0], by_);
  }
  Linearity linearity(size_t) const override { return Linearity::linear; }
  int64_t flops(std::span<const Shape>, const Shape&) const override { return 0; }

  int64_t by_;
};

}  // namespace

LayerPtr pixel_shuffle(int64_t by) { return std::make_shared<PixelShuffle>(by); }
LayerPtr reshape(Shape to) { return std::make_shared<Reshape>(std::move(to)); }
LayerPtr sum() { return std::make_shared<Sum>(); }
LayerPtr concat() { return std::make_shared<Concat>(); }
LayerPtr global_sum_pool() { return std::make_shared<GlobalSumPool>(); }
LayerPtr dot() { return std::make_shared<Dot>(); }
LayerPtr maxout(int64_t pieces) { return std::make_shared<Maxout>(pieces); }
LayerPtr upsample_nearest(int64_t by) { return std::make_shared<UpsampleNearest>(by); }

}  // namespace gannet
