// What an autoencoder makes of images it is shown: reads a network file and a data set. No torch
// in here.
#pragma once

#include <cstdint>

#include "gannet/base/files.h"
#include "gannet/data/source_options.h"
#include "gannet/formats/png.h"

namespace gannet {

struct ReconstructionReport {
  Path network;
  std::string data;
  int64_t samples = 0;
  uint64_t seed = 0;          // of the codes' noise
  double elbo = 0;            // mean lower bound of log p(x), nats a sample
  double elbo_error = 0;      // its standard error over the samples
  double bits_per_value = 0;  // the bound as a code length: -bound / (values ln 2)
  double rms_error = 0;       // of the images drawn from the codes' means, in units of [-1, 1]
  Image grid;                 // pairs, real above rebuilt, columns x rows of them
};

// The first `samples` of the source. Throws UsageError for a network without an encoder, Error
// where the data has another shape than the network draws.
ReconstructionReport reconstruct(const Path& network, const std::string& source,
                                 const SourceOptions& options, int64_t samples, uint64_t seed,
                                 int64_t columns, int64_t rows);

}  // namespace gannet
