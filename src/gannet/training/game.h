// The ordinary game of a generator and a discriminator, for every recipe that plays it.
#pragma once

#include <vector>

#include "gannet/training/gan.h"

namespace gannet {

// Goodfellow et al. 2014 (arXiv:1406.2661), algorithm 1: first D, n_critic times, with G's current
// ability; then G, to beat it. Terms "D" and "G"; watches "D(x)" and "D(G(z))", the means of
// sigmoid(logit). Both nets see batch.cond. The options and nets must outlive the phases.
std::vector<Phase> adversarial_phases(Net& G, Net& D, const Options& options);

}  // namespace gannet
