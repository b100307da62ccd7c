// gannet sample --nearest: samples and their nearest training images.
#pragma once

#include <string>

#include "gannet/models/sampler.h"

namespace gannet::cli {

// Writes a PNG, one row a sample, and returns the report: distances, and whether the samples look
// like copies.
std::string write_nearest(Sampler& sampler, const SampleRequest& request, const std::string& source,
                          const std::string& out, const std::string& device);

}  // namespace gannet::cli
