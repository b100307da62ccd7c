// The sliced Wasserstein distance (Rabin et al. 2011): the mean over random directions of the
// one-dimensional distance between projections.
#pragma once

#include <cstdint>
#include <vector>

#include "gannet/tensor/batch.h"

namespace gannet {

// [D, n]: directions of length 1, evenly over the sphere.
Tensor random_directions(int64_t dimensions, int64_t n, uint64_t seed);

// The mean over the directions of the mean absolute difference of the sorted projections (the
// 1-Wasserstein distance along each), in units of the features. real, fake [N, D], of equal N (else
// Error); directions [D, n].
double sliced_wasserstein(const Tensor& real, const Tensor& fake, const Tensor& directions);

// The same, and what each fake sample has to do with it: its influence, float64 [N], the derivative
// by its weight (along one direction a Kantorovich potential of slope 1 or -1), of mean zero.
struct SlicedDistance {
  double value = 0;
  Tensor influence;
  double error() const;  // standard error over the choice of the fake samples, to first order
};
SlicedDistance sliced_distance(const Tensor& real, const Tensor& fake, const Tensor& directions);

// Of images, by their details at each scale (Karras et al. 2018, PGGAN, arXiv:1710.10196, section
// 5): a Laplacian pyramid, from each of its levels random patches of 7x7 pixels, whose channels are
// normalized by the set's own mean and deviation. From 16 pixels a side on.
struct PatchDistances {
  int64_t patches = 128;                  // of each image and level
  int64_t directions = 128, repeats = 4;  // random directions, drawn so many times
  uint64_t seed = 0;                      // of the patches' places and the directions
};
struct PyramidDistance {
  std::vector<int64_t> sides;    // heights of the levels, the finest first
  std::vector<double> of_level;  // distances times 1000, as in the paper
  double mean = 0;
  double error = 0;  // of the mean, over the choice of the fake images, to first order
};
// images [N, C, H, W] of equal shape, floating point or uint8, on any scale of values. Holds N x
// patches x 49 C floats of each set. Throws Error below 16 pixels a side.
PyramidDistance pyramid_distance(const Tensor& real, const Tensor& fake,
                                 const PatchDistances& how = {});

// Levels of the Laplacian pyramid of float images [N, C, H, W] (Burt & Adelson 1983), the finest
// first, down to the last that has 16 pixels a side: differences to the next one, enlarged; the
// last level is the image itself.
std::vector<Tensor> laplacian_pyramid(const Tensor& images);

}  // namespace gannet
