// Differentiable augmentation of the discriminator's input (DiffAugment, Zhao et al. 2020,
// arXiv:2006.10738): pure functions of images or audio clips and of uniform numbers.
#pragma once

#include <string_view>

#include "gannet/tensor/batch.h"

namespace gannet {

struct Augmentation {
  bool color = false;        // brightness, saturation, contrast; audio: loudness, 1/2 to 3/2
  bool translation = false;  // up to 1/8 of each side, zeros (grey, silence) outside
  bool cutout = false;       // a rectangle of half the side, or half the time, becomes 0
  bool mirror = false;       // with probability 1/2 left-right; audio: the sign
  bool any() const { return color || translation || cutout || mirror; }
};

// "none" or parts joined by commas. Throws UsageError naming the nearest known part.
Augmentation parse_augmentation(std::string_view text);

inline constexpr int64_t kAugmentDraws = 8;  // uniform numbers for one sample

// Images [N, C, H, W] or audio [N, C, T] augmented by u [N, kAugmentDraws] in [0, 1): the same
// shape, differentiable in x. Throws Error for other shapes.
Tensor augment(const Tensor& x, const Augmentation& parts, const Tensor& u);

}  // namespace gannet
