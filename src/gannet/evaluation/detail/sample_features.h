// One side of a comparison: its samples, their classes and features, each read when it is first
// asked for.
#pragma once

#include <string>
#include <vector>

#include "gannet/evaluation/detail/sample_set.h"
#include "gannet/evaluation/feature_memory.h"

namespace gannet {

class SampleFeatures {
 public:
  // key: names the samples, for `memory`; "": their features are not kept there. The references
  // must outlive it; memory may be null.
  SampleFeatures(const SampleSource& source, std::vector<int64_t> numbers,
                 const FeatureExtractor& extractor, std::string key = "",
                 FeatureMemory* memory = nullptr);

  int64_t size() const { return static_cast<int64_t>(numbers_.size()); }
  const SampleSource& source() const { return source_; }
  const Tensor& samples();
  Tensor some_samples(const std::vector<int64_t>& rows);  // without reading the others
  const Tensor& labels();                                 // undefined where there are no classes
  const Tensor& features() { return extracted().features; }
  const Tensor& scores() { return extracted().scores; }

 private:
  const ExtractedFeatures& extracted();

  const SampleSource& source_;
  std::vector<int64_t> numbers_;
  const FeatureExtractor& extractor_;
  std::string key_;
  FeatureMemory* memory_;
  Tensor samples_, labels_;
  ExtractedFeatures extracted_;
};

}  // namespace gannet
