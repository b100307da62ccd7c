// A network file for use alone: without what only training needs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gannet/base/files.h"

namespace gannet {

struct ExportRequest {
  std::string network;         // as --network names it
  bool half = false;           // weights in half precision (float16)
  bool discriminator = false;  // keeps D, which scores images
  std::string data, licence;   // notes in the metadata, where they are not ""
  Path figures;                // of `gannet eval --json`, instead of those that its run measured
};

struct ExportReport {
  Path network, out;
  std::vector<std::string> nets;
  int64_t parameters = 0, bytes = 0;
};

// Writes a network file with the averages in place of their nets (G_ema without G), listed under
// the metadata key "nets", and what was measured of it under "metrics" (network_metrics.h). It
// opens as any other, wherever a network is named. Throws Error where the network cannot be read,
// or a weight is beyond half precision's range (65504).
ExportReport export_network(const ExportRequest& request, const Path& out);

}  // namespace gannet
