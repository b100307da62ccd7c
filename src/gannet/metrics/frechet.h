// The Frechet distance between two sets of features, each taken for a Gaussian (Heusel et al. 2017,
// arXiv:1706.08500, eq. 6; Dowson & Landau 1982). With Inception's features it is the FID.
#pragma once

#include <cstdint>
#include <vector>

#include "gannet/tensor/batch.h"

namespace gannet {

// Mean [D] and covariance [D, D] of N samples, float64. The covariance divides by N - 1.
struct FeatureStatistics {
  int64_t samples = 0;
  Tensor mean, covariance;
};

// Collects them from features that come in parts.
class FeatureMoments {
 public:
  void add(const Tensor& features);      // [n, D], floating point, or uint8: pixels in [0, 1]
  FeatureStatistics statistics() const;  // throws Error for fewer than two samples

 private:
  int64_t samples_ = 0;
  Tensor shift_, sum_, products_;  // of the samples minus `shift`, the first part's mean
};

// Of all rows of x [N, D].
FeatureStatistics feature_statistics(const Tensor& x);

// |m_r - m_f|^2 + tr(C_r + C_f - 2 (C_r C_f)^(1/2)), in squared units of the features; 0 for equal
// ones. The trace of the root is the sum of the singular values of C_r^(1/2) C_f^(1/2), and the
// roots come from eigendecompositions of symmetric matrices. Throws Error where a side has no more
// samples than dimensions: its covariance is singular then, and the distance says little.
double frechet_distance(const FeatureStatistics& real, const FeatureStatistics& fake);
double frechet_distance(const Tensor& real, const Tensor& fake);

// The standard error of that distance over the choice of the fake samples x [N, D], whose
// statistics are `fake`: the infinitesimal jackknife (Efron 1982), which is what a bootstrap of the
// samples tends to, in one pass. The derivative of the distance by C_f is I - T, T the optimal
// transport's map from one Gaussian to the other. Too small where both sets are of one
// distribution: the distance is flat there.
double frechet_error(const FeatureStatistics& real, const FeatureStatistics& fake, const Tensor& x);

// The distance for infinitely many fake samples (FID-infinity: Chong & Forsyth 2020,
// arXiv:1911.07023, section 4): the intercept of the line through distances of growing random
// subsets over 1 / N, N from a tenth of the samples (at least twice the dimensions) to all.
struct FrechetExtrapolation {
  double value = 0, slope = 0;
  double error = 0;               // of the samples (frechet_error), and of the line's intercept
  std::vector<int64_t> sizes;     // N of each distance
  std::vector<double> distances;  // at these
};
// Throws Error for fewer fake samples than three times the dimensions.
FrechetExtrapolation frechet_infinity(const FeatureStatistics& real, const Tensor& fake,
                                      uint64_t seed = 0, int64_t points = 15);

// Distances within each class, and their mean (intra FID: Miyato & Koyama 2018, arXiv:1802.05637,
// section 6). labels int64 [N] in [0, classes). Throws Error naming the class that has too few.
struct IntraClassDistances {
  std::vector<double> of_class;
  double mean = 0, error = 0;  // error: of the mean, by frechet_error of each class
};
IntraClassDistances intra_class_frechet(const Tensor& real, const Tensor& real_labels,
                                        const Tensor& fake, const Tensor& fake_labels,
                                        int64_t classes);

}  // namespace gannet
