// Residual blocks for images, and the networks of 28, 32 and 64 pixels that are made of them, as
// in Gulrajani et al. 2017 (arXiv:1704.00028, appendix C and F) and Miyato et al. 2018
// (arXiv:1802.05957, appendix B.4): normalisation and ReLU before each of two 3x3 convolutions,
// and a way past them. Convolutions are drawn as Glorot & Bengio 2010, uniform, with gain sqrt(2),
// those of the way past with gain 1; biases start at 0.
#pragma once

#include <functional>

#include "gannet/nn/spec.h"

namespace gannet {

struct Residual {
  std::function<void(NetSpec&)> norm = nullptr;  // what is appended before each ReLU
  bool spectral = false;                         // spectral normalisation of every weight
};

// Each works at the cursor: [C, H, W] -> [channels, ...].
void residual_up(NetSpec& net, int64_t channels, const Residual& style);    // twice the side
void residual_down(NetSpec& net, int64_t channels, const Residual& style);  // half the side
void residual_same(NetSpec& net, int64_t channels, const Residual& style);
// The first block of a discriminator, halving the side: nothing before its first convolution.
void residual_first(NetSpec& net, int64_t channels, const Residual& style);

// Squares of 28, 32 or 64 pixels; both throw Error for anything else.
//
// z at the cursor -> the image, in [-1, 1]. 28 and 32 pixels: 4 base channels throughout (256 in
// Miyato's table 4 for base 64); 64 pixels: 16 base at first, half of it after each block.
void residual_generator(NetSpec& net, const Shape& image, int64_t base, const Residual& style);
// The image at the cursor -> [F, h, w] after a last ReLU. 28 and 32 pixels: four blocks of 2 base
// channels, two of them halving; 64 pixels: five of 1, 2, 4, 8, 16 base, four of them halving.
void residual_features(NetSpec& net, int64_t base, const Residual& style);

}  // namespace gannet
