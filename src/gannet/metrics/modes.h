// Mode counts of two-dimensional mixtures whose centres are known (Lin et al. 2017, PacGAN,
// arXiv:1712.04086, section 4.1).
#pragma once

#include "gannet/data/registry.h"

namespace gannet {

struct ModeCount {
  int64_t modes = 0, modes_total = 0;  // centres with at least one sample within 3 sigma
  double high_quality = 0;             // share of samples within 3 sigma of a centre, in [0, 1]
};

// points [N, D] in the data's own units, any float type. Throws Error for another D.
ModeCount count_modes(const Tensor& points, const Modes& modes);

}  // namespace gannet
