// Features of real samples, kept from one evaluation to the next in one process.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "gannet/evaluation/feature_extractor.h"

namespace gannet {

class SampleSource;  // evaluation/detail/sample_set.h

struct FeatureMemory {
  std::map<std::string, ExtractedFeatures> features;  // by a text that names all they depend on
  std::string real_hash;                              // of the open set, once it is known
  // The real set's other part, once it was looked for; null: it has none.
  bool other_known = false;
  std::shared_ptr<const SampleSource> other;
};

}  // namespace gannet
