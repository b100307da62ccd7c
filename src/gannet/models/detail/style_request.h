// A request for style mixing, as a network takes it.
#pragma once

#include <string>

#include "gannet/models/model_file.h"
#include "gannet/models/sampler.h"
#include "gannet/models/sampling.h"

namespace gannet {

// The styles of the n samples from `first` on, of a request that has some; a condition that its
// style does not name is the samples' own. Throws UsageError naming the option for styles that the
// network does not have, and Error where there is not one seed for each sample.
FineStyle fine_style(const Model& model, const SampleRequest& request, int64_t first, int64_t n);

// Why the styles of this request change nothing; "" where they do.
std::string idle_style(const Model& model, const SampleRequest& request);

}  // namespace gannet
