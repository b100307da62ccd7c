// Augmentation that gradients pass through, for what a discriminator sees (DiffAugment, Zhao et al.
// 2020, arXiv:2006.10738): pure functions of images or audio clips and of uniform numbers.
#pragma once

#include <string_view>

#include "gannet/tensor/batch.h"

namespace gannet {

struct Augmentation {
  bool color = false;  // brightness, saturation, contrast; loudness, 1/2 to 3/2
  bool translation =
      false;            // up to an eighth of each side; what comes in is 0: middle grey, silence
  bool cutout = false;  // a rectangle of half the side, or half the time, becomes 0
  bool mirror = false;  // half of the time, left and right change places; an audio clip's sign
  bool any() const { return color || translation || cutout || mirror; }
};

// "none" or parts joined by commas. Throws UsageError naming the nearest known part.
Augmentation parse_augmentation(std::string_view text);

inline constexpr int64_t kAugmentDraws = 8;  // uniform numbers a sample takes

// x [N, C, H, W] or [N, C, T] by u [N, kAugmentDraws] in [0, 1); the same shape. Differentiable in
// x. Throws Error for what is neither.
Tensor augmented(const Tensor& x, const Augmentation& parts, const Tensor& u);

}  // namespace gannet
