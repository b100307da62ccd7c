// Samples from a Gan: evaluation mode, no gradients, blocks of one fixed size, so that a sample is
// the same bits whatever is drawn beside it.
#pragma once

#include <span>

#include "gannet/training/gan.h"

namespace gannet {

inline constexpr int64_t kSampleBlock =
    32;  // f32 results of other batch sizes differ in their last bits

// [n, ...] in the network's range, for latents z [n, ...] and a condition of the same n. `draws` is
// the address of what is drawn inside the nets (dropout that is always on); sample i of z is sample
// first + i there, or with `seeds`, one a sample, sample 0 under the key seeds[i].
Tensor draw_samples(Gan& gan, const Tensor& z, const Condition& condition, const Address& draws,
                    int64_t first = 0, std::span<const uint64_t> seeds = {});

// The latents that seeds draw, one each: [n, ...].
Tensor latents_for_seeds(const Gan& gan, std::span<const uint64_t> seeds);

// One sentence of tokens [1, T] as a vector [1, W] for Condition::text_embedding, in a block as
// above; undefined where the recipe reads none.
Tensor encode_sentence(Gan& gan, const Tensor& tokens);

// What a Gan whose tiling() allows it makes of one image [C, h, w] of any size: [C, scale h,
// scale w], made in tiles, so that memory does not grow with the image.
Tensor enlarge(Gan& gan, const Tensor& image, const Address& draws);

// Conditions of some samples each, of the same parts, as one.
Condition joined(std::span<const Condition> conditions);

// The condition's samples [from, to).
Condition slice(const Condition& condition, int64_t from, int64_t to);

}  // namespace gannet
