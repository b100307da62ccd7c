#include <ATen/ops/convolution.h>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"
#include "gannet/nn/layers/frames.h"

namespace gannet {
namespace {

// Images of one channel have both layouts, and ATen takes them for contiguous: their strides are
// set.
Tensor channels_last(const Tensor& x) {
  if (x.size(1) == 1) return x.squeeze(1).contiguous().unsqueeze(3).permute({0, 3, 1, 2});
  return x.contiguous(at::MemoryFormat::ChannelsLast);
}

// A video [C, T, H, W] and a weight of two spatial axes.
bool is_frame_by_frame(size_t axes_of_x, size_t axes_of_weight) {
  return axes_of_x == 4 && axes_of_weight == 4;
}

// [C, T], [C, H, W] or [C, T, H, W]; weight has one axis more, or of a video as many: then each
// frame is convolved by itself.
struct Convolution : Layer {
  Convolution(int64_t stride, int64_t padding, bool transposed, int64_t groups,
              int64_t output_padding)
      : stride_(stride),
        padding_(padding),
        groups_(groups),
        output_padding_(output_padding),
        transposed_(transposed) {
    if (output_padding < 0 || (output_padding > 0 && output_padding >= stride))
      throw Error("output padding " + std::to_string(output_padding) +
                      " of a transposed convolution, expected less than its stride " +
                      std::to_string(stride),
                  "");
    if (stride < 1 || padding < 0 || groups < 1)
      throw Error("stride " + std::to_string(stride) + " and padding " + std::to_string(padding) +
                      " of a convolution, expected at least 1 and 0",
                  "");
  }

  std::string_view kind() const override { return transposed_ ? "conv_transpose" : "conv"; }
  Precision precision() const override { return Precision::bf16; }
  std::string settings() const override {
    return setting("stride", stride_) + ", " + setting("padding", padding_) +
           (groups_ > 1 ? ", " + setting("groups", groups_) : "") +
           (output_padding_ > 0 ? ", " + setting("output padding", output_padding_) : "");
  }

  Shape shape(std::span<const Shape> in) const override {
    const Shape &x = in[0], &w = in[1];
    const bool frames = is_frame_by_frame(x.size(), w.size());
    if (x.size() < 2 || w.size() != x.size() + (frames ? 0 : 1) ||
        w[transposed_ ? 0 : 1] * groups_ != x[0] || w[0] % groups_ != 0)
      throw Error("input " + to_string(x) + " does not fit weight " + to_string(w), "");
    Shape out{w[transposed_ ? 1 : 0]};
    if (frames) out.push_back(x[1]);
    for (size_t axis = out.size(); axis < x.size(); ++axis) {
      const int64_t k = w[axis + (frames ? 0 : 1)];
      const int64_t side = transposed_
                               ? (x[axis] - 1) * stride_ - 2 * padding_ + k + output_padding_
                               : (x[axis] + 2 * padding_ - k) / stride_ + 1;
      if (side < 1 || (!transposed_ && x[axis] + 2 * padding_ < k))
        throw Error(
            "input " + to_string(x) + " is smaller than the kernel of weight " + to_string(w), "");
      out.push_back(side);
    }
    return out;
  }

  Tensor reference(std::span<const Tensor> in, Call&) const override {
    if (!is_frame_by_frame(in[0].dim() - 1, in[1].dim())) return convolve(in[0], in);
    return frame_by_frame(in[0], [&](const Tensor& x) { return convolve(x, in); });
  }

  Tensor convolve(const Tensor& input, std::span<const Tensor> in) const {
    // Channels-last is what the CPU's convolutions want; where x has that layout already, this
    // costs nothing.
    const Tensor x = input.dim() == 4 ? channels_last(input) : input;
    const Shape stride(x.dim() - 2, stride_), padding(x.dim() - 2, padding_);
    const Shape one(x.dim() - 2, 1), more(x.dim() - 2, output_padding_);
    const auto bias = in.size() > 2 ? std::optional<Tensor>(in[2]) : std::nullopt;
    return at::convolution(x, in[1], bias, stride, padding, one, transposed_, more, groups_);
  }
  Linearity linearity(size_t input) const override {
    return input == 2 ? Linearity::bias : Linearity::multilinear;
  }

  FusedPart fused_part() const override {
    if (groups_ > 1) return {};
    return {.kind = transposed_ ? FusedPart::Kind::conv_transpose : FusedPart::Kind::conv,
            .stride = stride_,
            .padding = padding_,
            .output_padding = output_padding_};
  }

  int64_t flops(std::span<const Shape> in, const Shape& out) const override {
    const Shape& at = transposed_ ? in[0] : out;  // the kernel is applied at each of its positions
    return 2 * count(in[1]) * (count(at) / at[0]);
  }

  int64_t stride_, padding_, groups_, output_padding_;
  bool transposed_;
};

}  // namespace

LayerPtr conv(int64_t stride, int64_t padding, int64_t groups) {
  return std::make_shared<Convolution>(stride, padding, false, groups, 0);
}

LayerPtr conv_transpose(int64_t stride, int64_t padding, int64_t output_padding) {
  return std::make_shared<Convolution>(stride, padding, true, 1, output_padding);
}

}  // namespace gannet
