// Residual blocks for images, and the residual networks of Gulrajani et
// al. 2017 (arXiv:1704.00028, appendix C and F) and Miyato et al. 2018 (arXiv:1802.05957, appendix
// B.4): two 3x3 convolutions, each after normalization and ReLU, and a shortcut. Weights are
// initialized as by Glorot & Bengio 2010, uniform, with gain sqrt(2) (shortcut: 1); biases are 0.
#pragma once

#include <functional>

#include "gannet/nn/spec.h"

namespace gannet {

struct ResidualStyle {
  std::function<void(NetSpec&)> norm = nullptr;  // appends the normalization before each ReLU
  bool spectral = false;                         // spectral normalization of every weight
};

// Blocks at the cursor: [C, H, W] -> [channels, ...] of twice, half or the same side.
void residual_up(NetSpec& net, int64_t channels, const ResidualStyle& style);
void residual_down(NetSpec& net, int64_t channels, const ResidualStyle& style);
void residual_same(NetSpec& net, int64_t channels, const ResidualStyle& style);
// The first block of a discriminator: of half the side, and without norm and ReLU at its start.
void residual_first(NetSpec& net, int64_t channels, const ResidualStyle& style);

// Networks for images whose sides halve well (image/halving.h); both throw Error for others.
//
// z at the cursor -> the image, in [-1, 1]. Up to three halvings (28, 32, 48 pixels): 4 base
// channels throughout (256 in Miyato's table 4 for base 64); more (64, 128): 16 base at first, in
// the last four blocks half of the block before.
void residual_generator(NetSpec& net, const Shape& image, int64_t base, const ResidualStyle& style);
// The image at the cursor -> [F, h, w] after a last ReLU. Up to three halvings: four blocks of 2
// base channels, two of them halving; more: a halving block each, of 1, 2, 4, 8, 16, 16 ... base
// channels, and one of 16 base.
void residual_discriminator_features(NetSpec& net, int64_t base, const ResidualStyle& style);

}  // namespace gannet
