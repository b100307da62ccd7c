// Samples from a Gan: evaluation mode, no gradients, blocks of one fixed size, so that a sample is
// the same bits whatever is drawn beside it.
#pragma once

#include "gannet/training/gan.h"

namespace gannet {

inline constexpr int64_t kSampleBlock =
    32;  // f32 results of other batch sizes differ in their last bits

// [n, ...] in the network's range, for latents z [n, ...] and a condition of the same n. `draws` is
// the address of what is drawn inside the nets (dropout that is always on); sample i of z is sample
// first + i there.
Tensor draw_samples(Gan& gan, const Tensor& z, const Condition& condition, const Address& draws,
                    int64_t first = 0);

// The condition's samples [from, to).
Condition slice(const Condition& condition, int64_t from, int64_t to);

}  // namespace gannet
