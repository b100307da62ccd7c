// gannet sample --nearest: samples beside their nearest training images.
#pragma once

#include <string>

#include "gannet/models/sampler.h"

namespace gannet::cli {

// Writes a PNG, a row a sample, and returns what is to be said: distances, and whether they look
// like copies.
std::string write_nearest(Sampler& sampler, const SampleRequest& request, const std::string& source,
                          const std::string& out);

}  // namespace gannet::cli
