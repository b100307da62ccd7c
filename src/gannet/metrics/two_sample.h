// Two-sample tests: were these samples and those drawn from the same distribution? Each takes the
// pooled samples with labels (1: of the first set, 0: of the second) and is a permutation test: how
// often do randomly permuted labels look as different as the true ones? That makes the p-value
// exact, whatever the distributions, sizes and dimensions are: uniform where both sets are alike.
#pragma once

#include <cstdint>

#include "gannet/tensor/batch.h"

namespace gannet {

struct TestResult {
  double statistic = 0;  // larger is more different
  double p_value = 1;  // in {1, ..., P + 1} / (P + 1) for P permutations; ties are broken at random
};

// How many random permutations of the labels, and their key.
struct Permutations {
  uint64_t seed = 0;
  int64_t count = 999;
};

// Of rows x [N, ...], flattened: float64 [N, N], zeros on the diagonal. scaled: each column is
// divided by its standard deviation, for numbers of unlike units.
Tensor squared_distances(const Tensor& x, bool scaled = false);

// The unbiased squared maximum mean discrepancy (Gretton et al. 2012, JMLR 13, eq. 3), with the sum
// of five Gaussian kernels exp(-d^2 / (2 s^2)), s = 1/4, 1/2, 1, 2, 4 times the median distance.
// distances: squared, [N, N]; labels float64 [N] of 0 and 1, at least two of each.
TestResult kernel_test(const Tensor& distances, const Tensor& labels, const Permutations& how);

// The energy distance 2 E|X - Y| - E|X - X'| - E|Y - Y'| with Euclidean distances (Szekely & Rizzo
// 2004, "Testing for equal distributions in high dimension", InterStat 5; as a V-statistic, so
// never negative). distances: squared, as above.
TestResult energy_test(const Tensor& distances, const Tensor& labels, const Permutations& how);

// The share of edges of the pooled samples' minimum spanning tree that join two of one set
// (Friedman & Rafsky 1979, Annals of Statistics 7: their test counts the other edges). For points
// of few dimensions. Equally long edges: the first.
TestResult spanning_tree_test(const Tensor& distances, const Tensor& labels,
                              const Permutations& how);

// The share of samples whose nearest neighbour among all others is of their own set (Lopez-Paz &
// Oquab 2016, arXiv:1610.06545, section 3; Friedman & Rafsky 1979 with the nearest neighbour for
// the spanning tree). 1/2 for equal sizes of like sets. Below it where one set copies the other:
// that is not what the p-value is about. Equally near ones: the first, so give them in an order
// that does not know the labels.
TestResult nearest_neighbour_test(const Tensor& distances, const Tensor& labels,
                                  const Permutations& how);

// The accuracy, on samples it was not trained on, of a classifier that was trained to tell the sets
// apart (arXiv:1610.06545, section 3): score > 0 means the first set. scores, labels [N].
TestResult classifier_test(const Tensor& scores, const Tensor& labels, const Permutations& how);

}  // namespace gannet
