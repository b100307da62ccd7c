// Fidelity and diversity by nearest neighbours: how far the samples of two sets lie within balls
// around those of the other. A ball reaches from a sample to its k-th nearest other one of its own
// set. Of two sets of one distribution these figures are below 1, and depend on the numbers of
// samples and dimensions: compare them with those of real against real.
#pragma once

#include <vector>

#include "gannet/tensor/batch.h"

namespace gannet {

// What all these figures are counted from, in one pass. Squared Euclidean distances, float64; of
// uint8 features in units of 1 / 255, and exact. Distances that differ by rounding alone are equal.
struct Neighbourhoods {
  std::vector<int64_t> ks;
  Tensor real_radii, fake_radii;  // [N, K], [M, K]: to the K nearest others, the nearest first
  Tensor balls;                   // int64 [ks, M]: real balls that hold each fake sample
  Tensor held;                    // bool [ks, N]: is each real sample in a fake ball?
  Tensor real_to_fake;            // [N]: to the nearest fake sample
  Tensor fake_to_real;            // [M], and the index of that real sample:
  Tensor nearest_real;            // int64 [M]
  Tensor real_rounding, fake_rounding;  // of the distances of each sample
};

// [N, k]: the squared distances of each row to its k nearest others. Throws Error for k < 1 or
// k >= N.
Tensor neighbour_distances(const Tensor& x, int64_t k);

// Features [N, D] and [M, D]; ks in any order. real_radii: neighbour_distances(real, max k), where
// they are known. Throws Error for a k that a set has too few samples for.
Neighbourhoods neighbourhoods(const Tensor& real, const Tensor& fake, std::vector<int64_t> ks,
                              const Tensor& real_radii = {});

// The share of fake samples in a real ball, and of real ones in a fake ball, in [0, 1]
// (Kynkaanniemi et al. 2019, arXiv:1904.06991, eq. 1 and 2; k = 3 there). k: one of `ks`.
double precision(const Neighbourhoods& n, int64_t k = 3);
double recall(const Neighbourhoods& n, int64_t k = 3);

// In how many real balls a fake sample lies, divided by k (about 1 for like sets, may be above),
// and the share of real balls that hold one (Naeem et al. 2020, arXiv:2002.09797, eq. 4 and 5; k =
// 5).
double density(const Neighbourhoods& n, int64_t k = 5);
double density_error(const Neighbourhoods& n, int64_t k = 5);  // standard error over fake samples
double coverage(const Neighbourhoods& n, int64_t k = 5);

// Leave-one-out accuracy of a nearest-neighbour classifier on both sets together (Lopez-Paz & Oquab
// 2016, arXiv:1610.06545; as Xu et al. 2018, arXiv:1806.07755, section 3, use it): 1/2 for like
// sets of equal size, 1 for sets apart, below 1/2 where one copies the other. A sample that is as
// near to one of each set counts half.
struct NearestNeighbourAccuracy {
  double accuracy = 0, of_real = 0, of_fake = 0;
};
NearestNeighbourAccuracy nearest_neighbour_accuracy(const Neighbourhoods& n);

// The share of fake samples that are farther from the nearest real one than that is from its
// nearest other real one (Alaa et al. 2022, arXiv:2102.08921, section 3.3): about 1/2 or more for
// new samples, 0 for copies of the real set.
double authenticity(const Neighbourhoods& n);

// The standard error of a share, such as these, of `count` samples.
double share_error(double share, int64_t count);

}  // namespace gannet
