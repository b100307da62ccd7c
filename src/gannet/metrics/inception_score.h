// The Inception score (Salimans et al. 2016, arXiv:1606.03498, section 4), of any classifier's
// probabilities.
#pragma once

#include "gannet/tensor/batch.h"

namespace gannet {

struct InceptionScore {
  double mean = 0, std = 0;  // over the splits; std divides by their number, as in the paper's code
};

// exp(E[KL(p(y | x) || p(y))]) of each of `splits` parts of consecutive rows: 1 for samples that
// the classifier can't tell apart, the number of classes for certain and balanced ones.
// probabilities [N, classes], rows sum to 1 (else Error, as for fewer samples than splits).
InceptionScore inception_score(const Tensor& probabilities, int64_t splits = 10);

}  // namespace gannet
