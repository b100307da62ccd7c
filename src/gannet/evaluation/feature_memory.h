// Features of real samples, kept from one evaluation to the next in one process.
#pragma once

#include <map>
#include <string>

#include "gannet/evaluation/feature_extractor.h"

namespace gannet {

struct FeatureMemory {
  std::map<std::string, ExtractedFeatures> features;  // by a text that names all they depend on
  std::string real_hash;                              // of the open set, once it is known
};

}  // namespace gannet
