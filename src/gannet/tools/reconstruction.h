// `gannet reconstruct`: images through the encoder and decoder of an autoencoder, and the evidence
// lower bound (ELBO) of their likelihood. No torch in here.
#pragma once

#include <cstdint>
#include <string>

#include "gannet/base/files.h"
#include "gannet/data/source_options.h"
#include "gannet/formats/png.h"

namespace gannet {

struct ReconstructionReport {
  Path network;
  std::string data;
  int64_t samples = 0;
  uint64_t seed = 0;          // of the noise of the codes
  double elbo = 0;            // mean over samples, in nats: a lower bound of log p(x)
  double elbo_error = 0;      // standard error of that mean
  double bits_per_value = 0;  // as a code length: -elbo / (values ln 2)
  double rms_error = 0;       // of reconstructions from the mean codes, in units of [-1, 1]
  Image grid;                 // pairs, each image above its reconstruction, columns x rows of them
};

// The first `samples` of the source. Throws UsageError for a network without an encoder, Error
// where the data has another shape than the network draws.
ReconstructionReport reconstruct(const Path& network, const std::string& source,
                                 const SourceOptions& options, int64_t samples, uint64_t seed,
                                 int64_t columns, int64_t rows, const std::string& device = "auto");

}  // namespace gannet
