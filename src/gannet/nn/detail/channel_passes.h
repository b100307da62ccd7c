// Bias, batch normalization and a piecewise linear activation f over the channels of [N, C] or
// [N, C, H, W], float32 on a CPU, below autograd. f(v) is v where v > 0 and slope v elsewhere.
// Tensors lie as in_rows() gives them; sums are the same at any number of threads.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "gannet/nn/layer.h"

namespace gannet {

// x as rows of channels in memory, and memory of this kind.
Tensor in_rows(const Tensor& x);
Tensor empty_like_rows(const Tensor& x);

// y = f(x + bias), where y may be x; bias [C] or undefined.
void add_bias(const Tensor& x, const Tensor& bias, double slope, const Tensor& y);

// dy f', by f's output.
Tensor activation_grad(const Tensor& dy, const Tensor& y, double slope);

std::vector<double> column_sums(const Tensor& g);  // [C]

// What batch normalization does to each channel: scale x + shift.
struct ChannelNorm {
  std::vector<float> scale, shift, mean;
  std::vector<double> inverse;  // 1 / standard deviation
};
struct NormWeights {
  Tensor gain, shift;         // [C]
  std::span<Tensor> moments;  // running mean and variance
  bool training;              // by the moments of x, and the running ones move
};
ChannelNorm channel_norm(const FusedPart& part, const NormWeights& in, const Tensor& x);

// y = f(scale x + shift); y may be x.
void normalize(const Tensor& x, const ChannelNorm& norm, double slope, const Tensor& y);

// For y = f(normalized x).
struct NormGradients {
  Tensor x;
  std::vector<double> gain, shift;
};
NormGradients norm_grad(const ChannelNorm& norm, const Tensor& x, const Tensor& dy, double slope,
                        bool training);

}  // namespace gannet
