// The layers, implemented in layers/, one file for each family. "x" is the first input; shapes are
// without the batch axis.
#pragma once

#include "gannet/nn/layer.h"

namespace gannet {

// x [D] (or any shape, flattened), weight [O, D], bias [O] or none -> [O].
LayerPtr dense();

// x [C, ...] with one to three spatial axes, weight [O, C / groups, k...], bias [O] or none -> [O,
// ...]. A video x [C, T, H, W] and a weight [O, C / groups, k, k]: frame by frame.
LayerPtr conv(int64_t stride, int64_t padding, int64_t groups = 1);
// The transpose: weight [C, O, k...] as in PyTorch; side (n - 1) stride - 2 padding + k +
// output_padding, which is less than stride.
LayerPtr conv_transpose(int64_t stride, int64_t padding, int64_t output_padding = 0);

// Batch normalization (Ioffe & Szegedy 2015, arXiv:1502.03167) over all axes but the channel. x,
// weight [C], bias [C]. State running_mean and running_var (unbiased), moved by `momentum` at each
// call in training mode, as in PyTorch.
LayerPtr batch_norm(double momentum, double epsilon);

// The same with a gain and a shift for each class (Dumoulin et al. 2017, arXiv:1610.07629, eq. 5;
// de Vries et al. 2017, arXiv:1707.00683). x, labels int64 [],
// weight [K, C], bias [K, C].
LayerPtr conditional_batch_norm(double momentum, double epsilon);

// Virtual batch normalization (Salimans et al. 2016, arXiv:1606.03498, section 3.4): by the
// statistics of a fixed reference batch together with the sample itself. keep_reference: x [N, ...]
// -> [samples + N, ...], the reference batch first: the first samples of the first training batch,
// state "batch" (before training: those of the current batch; without gradients). The layers
// between it and drop_reference, which removes the reference batch, process both.
// virtual_batch_norm: x, weight [C], bias [C].
LayerPtr keep_reference(int64_t samples);
LayerPtr virtual_batch_norm(int64_t samples, double epsilon);
LayerPtr drop_reference(int64_t samples);

// Group normalization, over groups of channels and all positions of a sample (Wu & He 2018,
// arXiv:1803.08494): 1 group is layer normalization (arXiv:1607.06450); 0 means one group for each
// channel, instance normalization (arXiv:1607.08022). x, weight [C], bias [C].
LayerPtr group_norm(int64_t groups, double epsilon);
// x over the root of its mean square along the channels (Karras et al. 2017,
// arXiv:1710.10196, 4.2).
LayerPtr pixel_norm();
// x [C, ...] -> [C + 1, ...]: the last channel is the mean standard deviation over groups of
// `group` samples (0: the whole batch) (arXiv:1710.10196, section 3). Mixes the samples of a batch.
LayerPtr minibatch_stddev(int64_t group);
// weight / sigma, its largest singular value, estimated by one power iteration a call (Miyato et
// al. 2018, arXiv:1802.05957, algorithm 1); `axis` is the weight's output axis. State u [O],
// updated in training mode only.
LayerPtr spectral_norm(int64_t axis);

// The activations are one table. jvp: f'(x) tangent, where f is piecewise linear; else null.
struct Activation {
  std::string_view name;
  Tensor (*f)(const Tensor& x, double parameter);
  Tensor (*jvp)(const Tensor& tangent, const Tensor& x, double parameter) = nullptr;
};
std::span<const Activation> activations();
// relu, leaky_relu (parameter: negative slope), elu (alpha), selu, softplus, gelu, silu, sigmoid,
// tanh. Throws for another name.
LayerPtr activation(std::string_view name, double parameter = 0);

LayerPtr sign();  // -1, 0 or 1; its gradient is 0

// max(x, 0) + weight min(x, 0) for x [C, ...], weight [C] (He et al. 2015, arXiv:1502.01852, eq.
// 1).
LayerPtr prelu();

// x [D] -> [D (1 + 2 octaves)]: x, sin(2^k x) and cos(2^k x), k from 0: by these a perceptron
// learns details much smaller than x (Tancik et al. 2020, arXiv:2006.10739).
LayerPtr fourier_features(int64_t octaves);

LayerPtr reshape(Shape to);  // same number of elements
LayerPtr sum();              // x + y + ..., equal shapes
LayerPtr
concat();  // along the first axis; after a [C, H, W] a vector [F] is broadcast over H and W
LayerPtr slice(int64_t from, int64_t size);  // of the first axis
LayerPtr dot();                              // x [F], y [F] -> [1]
LayerPtr maxout(int64_t pieces);  // x [U * pieces] -> [U], the maximum over each unit's pieces
LayerPtr upsample_nearest(int64_t by);  // each spatial axis; of videos [C, T, H, W] not T
// x [C by^2, H, W] -> [C, by H, by W]: each group of by^2 channels becomes a square of pixels (Shi
// et al. 2016, arXiv:1609.05158, eq. 4; the channels' order is PyTorch's).
LayerPtr pixel_shuffle(int64_t by);
LayerPtr avg_pool(int64_t by);  // each spatial axis
LayerPtr max_pool(int64_t by);  // each spatial axis; an incomplete last window is dropped
LayerPtr global_sum_pool();     // x [C, ...] -> [C], the sum over all positions
// x [C, H, W], or each frame of [C, T, H, W], bilinear with half-pixel centres; down with the
// antialiasing triangle.
LayerPtr upsample_bilinear(int64_t by);
LayerPtr downsample_bilinear(int64_t by);
// Queries [D, ...], keys [D, ...], values [E, ...] at the keys' positions -> [E, ...] at the
// queries' positions: the mean of the values weighted by softmax(query . key) (Zhang et al. 2018,
// arXiv:1805.08318, eq. 1 and 2).
LayerPtr attention();
// x [E, T], weight_ih [3 M, E], weight_hh [3 M, M], bias_ih and bias_hh [3 M] -> [M, T]: the states
// of a gated recurrent unit, initially 0 (Cho et al. 2014, arXiv:1406.1078, eq. 5 to 8, with the
// reset gate after the product and the gates in PyTorch's order).
LayerPtr gru();
LayerPtr scale();      // x, weight [1]: their product
LayerPtr embedding();  // int64 x [...], weight [K, E] -> [..., E]

// For text: x [T, W], T tokens of width W; tokens int64 [T], 0 is padding and masked out.
LayerPtr positional_embedding();      // x, weight [T, W]: their sum
LayerPtr layer_norm(double epsilon);  // layer normalization over the last axis (Ba et al. 2016,
                                      // arXiv:1607.06450). x [..., W], weight [W], bias [W]
LayerPtr linear();  // along the last axis: x [..., W], weight [O, W], bias [O] -> [..., O]
// Queries, keys and values [T, W], tokens -> [T, W]: scaled dot products of W / heads numbers a
// head (Vaswani et al. 2017, arXiv:1706.03762, eq. 1 and 3.2.2), without the projections.
LayerPtr token_attention(int64_t heads);
LayerPtr token_mean();  // x, tokens -> [W], the mean over the tokens that are no padding
// For images conditioned on a vector.
LayerPtr modulation();  // x [C, ...], style [2 C], gain and shift: x (1 + gain) + shift
// x [N, C, ...] and vectors [k N, F] -> [k N, C + F, ...]: the images repeated k times, each
// concatenated with its vector, broadcast over the positions.
LayerPtr concat_broadcast();
// Random for each sample in training, fixed in evaluation. phase_shuffle: x [C, T] shifted by
// -max_shift to +max_shift samples, mirrored at its ends (Donahue et al. 2018, arXiv:1802.04208,
// section 3.3). subsample_frames: x [C, T, H, W] -> [C, K, H, W], K frames at equal distances.
LayerPtr phase_shuffle(int64_t max_shift);
LayerPtr subsample_frames(int64_t frames);
// Audio [C, T] -> [C, window / 2, 4 T / window]: log(1 + |STFT|) by Hann windows of `window`
// samples with a hop of window / 4, without the frequency 0.
LayerPtr log_spectrogram(int64_t window);

// Masks by addressed draws; kept values are divided by 1 - p. always: in evaluation too (pix2pix).
LayerPtr dropout(double p, bool always);

}  // namespace gannet
