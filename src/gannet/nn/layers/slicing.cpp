// Layers that select a part of their input, drawn for each sample or fixed.
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/stack.h>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"
#include "gannet/tensor/random.h"

namespace gannet {
namespace {

// One whole number below `below` for each sample.
std::vector<int64_t> draw(const Call& call, int64_t samples, int64_t below) {
  Address address = call.mode.draws;
  address.purpose = Purpose::noise;
  address.layer = call.layer;
  address.call = call.call_index;
  const Tensor drawn = integers(address, call.mode.first_sample, samples, below, at::kCPU);
  const auto* numbers = drawn.const_data_ptr<int64_t>();
  return {numbers, numbers + samples};
}

// x [N, C, T, ...] -> [N, C, length, ...], sample i from starts[i] on. Sample by sample: the
// backward pass of a gather would cost as much as a convolution.
Tensor narrow_each(const Tensor& x, const std::vector<int64_t>& starts, int64_t length) {
  std::vector<Tensor> parts = x.unbind(0);
  for (size_t i = 0; i < parts.size(); ++i) parts[i] = parts[i].narrow(1, starts[i], length);
  return at::stack(parts);
}

// x [N, C, T] with `by` values mirrored at both ends of T. Of parts, since the gradient of ATen's
// own padding is added in no fixed order on a GPU.
Tensor reflected(const Tensor& x, int64_t by) {
  const Tensor before = x.narrow(2, 1, by).flip({2});
  return at::cat({before, x, x.narrow(2, x.size(2) - 1 - by, by).flip({2})}, 2);
}

struct PhaseShuffle : Layer {
  explicit PhaseShuffle(int64_t max_shift) : max_shift_(max_shift) {
    if (max_shift < 0) throw Error("a phase shuffle by " + std::to_string(max_shift), "");
  }
  std::string_view kind() const override { return "phase_shuffle"; }
  std::string settings() const override { return setting("shift", max_shift_); }
  Shape shape(std::span<const Shape> in) const override {
    if (in[0].size() != 2 || in[0][1] <= max_shift_)
      throw Error("a phase shuffle by " + std::to_string(max_shift_) +
                      " needs [C, T] with a longer T, not " + to_string(in[0]),
                  "");
    return in[0];
  }
  Tensor reference(std::span<const Tensor> in, Call& call) const override {
    const Tensor& x = in[0];
    if (max_shift_ == 0 || !call.mode.training) return x;
    return narrow_each(reflected(x, max_shift_), draw(call, x.size(0), 2 * max_shift_ + 1),
                       x.size(2));
  }
  Linearity linearity(size_t) const override { return Linearity::linear; }
  int64_t flops(std::span<const Shape>, const Shape&) const override { return 0; }

  int64_t max_shift_;
};

struct SubsampleFrames : Layer {
  explicit SubsampleFrames(int64_t frames) : frames_(frames) {}
  std::string_view kind() const override { return "subsample_frames"; }
  std::string settings() const override { return setting("frames", frames_); }
  Shape shape(std::span<const Shape> in) const override {
    if (in[0].size() != 4 || frames_ < 1 || in[0][1] % frames_ != 0)
      throw Error(std::to_string(frames_) + " frames are taken of [C, T, H, W], T a multiple of " +
                      "that, not of " + to_string(in[0]),
                  "");
    return {in[0][0], frames_, in[0][2], in[0][3]};
  }
  Tensor reference(std::span<const Tensor> in, Call& call) const override {
    const Tensor& x = in[0];
    const int64_t distance = x.size(2) / frames_;
    const Tensor y = x.unflatten(2, {frames_, distance});
    if (!call.mode.training) return y.select(3, distance / 2);
    const std::vector<int64_t> starts = draw(call, x.size(0), distance);
    std::vector<Tensor> parts = y.unbind(0);
    for (size_t i = 0; i < parts.size(); ++i) parts[i] = parts[i].select(2, starts[i]);
    return at::stack(parts);
  }
  Linearity linearity(size_t) const override { return Linearity::linear; }
  int64_t flops(std::span<const Shape>, const Shape&) const override { return 0; }

  int64_t frames_;
};

struct Slice : Layer {
  Slice(int64_t from, int64_t size) : from_(from), size_(size) {}
  std::string_view kind() const override { return "slice"; }
  std::string settings() const override {
    return setting("from", from_) + ", " + setting("size", size_);
  }
  Shape shape(std::span<const Shape> in) const override {
    if (in[0].empty() || from_ < 0 || size_ < 1 || from_ + size_ > in[0][0])
      throw Error(to_string(in[0]) + " has no part of " + std::to_string(size_) + " from " +
                      std::to_string(from_) + " on",
                  "");
    Shape out = in[0];
    out[0] = size_;
    return out;
  }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    return in[0].narrow(1, from_, size_);
  }
  Linearity linearity(size_t) const override { return Linearity::linear; }
  int64_t flops(std::span<const Shape>, const Shape&) const override { return 0; }

  int64_t from_, size_;
};

}  // namespace

LayerPtr phase_shuffle(int64_t max_shift) { return std::make_shared<PhaseShuffle>(max_shift); }
LayerPtr subsample_frames(int64_t frames) { return std::make_shared<SubsampleFrames>(frames); }
LayerPtr slice(int64_t from, int64_t size) { return std::make_shared<Slice>(from, size); }

}  // namespace gannet
