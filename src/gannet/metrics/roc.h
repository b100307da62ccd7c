// How well scores tell fake samples (the positive class) from real ones: the receiver operating
// characteristic, and a calibration of scores to probabilities.
#pragma once

#include <span>
#include <vector>

namespace gannet {

// One point a threshold, from (0, 0) to (1, 1): the false positive rate (share of real samples
// above it) and the true positive rate (share of fake ones above it).
struct Roc {
  std::vector<double> fpr, tpr;
  double auc = 0;  // the chance that a fake sample scores above a real one; a tie counts half
};
Roc roc(std::span<const double> real, std::span<const double> fake);

// P(fake) = 1 / (1 + exp(-(bias + sum of weight (score - mean) / scale))): logistic regression,
// with targets smoothed as by Platt 1999 ("Probabilistic outputs for support vector machines",
// eq. 10 and 11) so that the weights stay finite where the scores separate the classes. Fake
// and real weigh the same, however many there are.
struct Calibration {
  std::vector<double> weight, mean, scale;
  double bias = 0;
  double probability(std::span<const double> scores) const;
};

// Each row has the scores of one sample, all of one length. Throws Error for rows that are not, and
// for fewer than two of either.
using Scores = std::vector<std::vector<double>>;
Calibration fit_calibration(const Scores& real, const Scores& fake);

}  // namespace gannet
