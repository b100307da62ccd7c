// How well scores tell forged from real: the receiver operating characteristic, and scores made
// into probabilities.
#pragma once

#include <span>
#include <vector>

namespace gannet {

// One point a threshold, from (0, 0) to (1, 1): the share of real samples that are taken for
// forged, and of forged ones that are found. Larger scores are more suspect.
struct Roc {
  std::vector<double> fpr, found;
  double auc = 0;  // the chance that a forged sample scores above a real one; a tie counts half
};
Roc roc(std::span<const double> real, std::span<const double> forged);

// P(forged) = 1 / (1 + exp(-(bias + sum of weight (score - mean) / scale))): logistic regression,
// with targets drawn in as by Platt 1999 ("Probabilistic outputs for support vector machines",
// eq. 10 and 11) so that scores that part the classes stay finite. Forged and real weigh the same,
// however many there are.
struct Calibration {
  std::vector<double> weight, mean, scale;
  double bias = 0;
  double probability(std::span<const double> scores) const;
};

// Each row has the scores of one sample, all of one length. Throws Error for rows that are not, and
// for fewer than two of either.
using Scores = std::vector<std::vector<double>>;
Calibration fit_calibration(const Scores& real, const Scores& forged);

}  // namespace gannet
