// Multi-scale structural similarity of images (Wang, Simoncelli & Bovik 2003), and the diversity of
// a set by it (Odena et al. 2017, ACGAN, arXiv:1610.09585, section 4.2).
#pragma once

#include <cstdint>

#include "gannet/tensor/batch.h"

namespace gannet {

// [P]: the similarity of each pair of images a and b [P, C, H, W], values 0 to 255, up to 1 for
// equal ones. Five scales, each half of the one before (means of 2x2), contrast and structure of
// each to the power of its weight (eq. 7; .0448 .2856 .3001 .2363 .1333), luminance of the last. As
// in PGGAN's code windows of 11x11 shrink to what fits (their deviation of 1.5 pixels with them),
// and channels are averaged; a negative term counts as 0. Throws Error below 16 pixels a side.
Tensor ms_ssim(const Tensor& a, const Tensor& b);

struct PairSimilarity {
  double mean = 0, error = 0;  // over the pairs; its standard error
  int64_t pairs = 0;
};
// The mean similarity of random pairs of different images: the smaller, the more diverse the set
// is. images [N, C, H, W], uint8 (else values 0 to 255), at least two. Of one class, as in the
// paper, or of all: the classes then differ too. Throws Error as above.
PairSimilarity pair_similarity(const Tensor& images, int64_t pairs = 1000, uint64_t seed = 0);

}  // namespace gannet
