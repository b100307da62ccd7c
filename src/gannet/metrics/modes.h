// Mode counts (Lin et al. 2017, PacGAN, arXiv:1712.04086, section 4.1): of two-dimensional mixtures
// whose centres are known, and of images whose class a classifier predicts.
#pragma once

#include "gannet/data/registry.h"

namespace gannet {

struct ModeCount {
  int64_t modes = 0, modes_total = 0;  // centres with at least one sample within 3 sigma
  double high_quality = 0;             // share of samples within 3 sigma of a centre, in [0, 1]
  // By mode: standard deviation of its samples within 3 sigma, over that of its Gaussian's within 3
  // sigma; 1 of a perfect sampler, NaN where there are fewer than two.
  std::vector<double> spread;
  double mean_spread = 0;  // of those that are no NaN; NaN: there are none
};

// points [N, D] in the data's own units, any float type. Throws Error for another D.
ModeCount count_modes(const Tensor& points, const Modes& modes);

// Of the predicted classes of samples: of stacked MNIST (Metz et al. 2017, arXiv:1611.02163) the
// number of its 1,000 modes, 100 a + 10 b + c for the digits of its three channels.
struct LabelModes {
  int64_t modes = 0, modes_total = 0;  // classes with at least one sample
  double reverse_kl = 0;  // KL(p of the samples || p of the data), in nats; infinite where a sample
                          // has a class that the data doesn't have
  double error = 0;       // its standard error over the samples, to first order
};
// labels int64 [N] in [0, classes); data: numbers of its samples, or shares, by class, [classes];
// not given: all classes alike. Throws Error for other labels.
LabelModes count_label_modes(const Tensor& labels, int64_t classes, const Tensor& data = {});

// The same of a mixture whose modes are alike: each point [N, D] counts for the nearest centre,
// near or far.
LabelModes nearest_mode_counts(const Tensor& points, const Modes& modes);

}  // namespace gannet
