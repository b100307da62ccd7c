// Samples from a Gan: evaluation mode, no gradients, blocks of one fixed size, so that a sample is
// the same bits whatever the others of its batch are.
#pragma once

#include <span>

#include "gannet/training/gan.h"

namespace gannet {

inline constexpr int64_t kSampleBlock =
    32;  // f32 results of other batch sizes differ in their last bits

// A condition on the device of the Gan's networks.
Condition on_device_of(const Gan& gan, const Condition& condition);

// [n, ...] in the network's range and on the Gan's device, for latents z [n, ...] and a condition
// of the same n, both from any device. `draws` is the address of random draws inside the nets
// (dropout that is always on): sample i of z has the number first + i there, or with `seeds`, one a
// sample, the number 0 under the key seeds[i]. block: of who draws few at a time and compares them
// with none of another block.
Tensor draw_samples(Gan& gan, const Tensor& z, const Condition& condition, const Address& draws,
                    int64_t first = 0, std::span<const uint64_t> seeds = {},
                    int64_t block = kSampleBlock);

// Style mixing (Gan::mix), as draw_samples(): fine latents and conditions of the same n.
struct FineStyle {
  Tensor z;
  Condition condition;
  int64_t from = 0;  // rows of the maps from which on these are read
};
Tensor draw_mixed_samples(Gan& gan, const Tensor& z, const Condition& condition,
                          const FineStyle& fine, const Address& draws,
                          std::span<const uint64_t> seeds, int64_t block = kSampleBlock);

// One latent for each seed: [n, ...].
Tensor latents_for_seeds(const Gan& gan, std::span<const uint64_t> seeds);

// One sentence of tokens [1, T] as a vector [1, W] for Condition::text_embedding, in a block as
// above; undefined where the recipe has no text encoder.
Tensor encode_sentence(Gan& gan, const Tensor& tokens);

// One image [C, h, w] of any size enlarged to [C, scale h, scale w] by a Gan whose tiling() allows
// it: tile by tile, so that memory does not grow with the image. Tiny images are padded by
// reflection, and their enlargement cut. Throws Error for another Gan.
Tensor enlarge(Gan& gan, const Tensor& image, const Address& draws);

// One image [C, h, w] of any size through a Gan that takes multiples of a side (Tiling): padded by
// reflection, and the output [C', h, w] cut again. Throws Error for another Gan.
Tensor translate(Gan& gan, const Tensor& image, const Address& draws, uint64_t seed);

// Image [C, h, w] in the middle of a larger one of this size, its reflections around it.
Tensor reflection_padded(const Tensor& image, int64_t height, int64_t width);

}  // namespace gannet
