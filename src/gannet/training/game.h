// The ordinary game of a generator and a discriminator, for every recipe that plays it: any loss,
// with any penalties.
#pragma once

#include <vector>

#include "gannet/training/gan.h"

namespace gannet {

// Goodfellow et al. 2014 (arXiv:1406.2661), algorithm 1: first D, n_critic times, with G's current
// ability; then G, to beat it. Terms "D" and "G", and of the penalties that are on "r1", "r2", "gp"
// and "dragan" (losses/penalties.h; lazy ones in a phase of their own, Karras et al. 2019,
// arXiv:1912.04958, appendix B); watches "D(x)" and "D(G(z))", the means of sigmoid(logit). Both
// nets see batch.cond. The options and nets must outlive the phases. Throws UsageError for
// combinations that cannot work.
std::vector<Phase> adversarial_phases(Net& G, Net& D, const Options& options);

// A Gan that plays just this game: one generator (averaged, unless --ema 0) and one discriminator,
// by their own names.
class AdversarialGan : public Gan {
 public:
  AdversarialGan(NetSpec generator, NetSpec discriminator, const Options& options,
                 const Setup& setup);

  std::vector<Phase> phases() override { return adversarial_phases(G_, D_, options_); }
  Shape latent() const override { return {options_.nz}; }

 private:
  const Options options_;
  Net &G_, &D_;
};

}  // namespace gannet
