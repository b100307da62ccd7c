// What metrics compare samples by: numbers that a network, or the samples themselves, give.
#pragma once

#include <memory>
#include <string>

#include "gannet/tensor/batch.h"

namespace gannet {

class FeatureExtractor {
 public:
  virtual ~FeatureExtractor() = default;
  virtual std::string name() const = 0;
  // "sha256:..." of the weights and all else that a feature depends on: figures of two hashes are
  // not compared.
  virtual std::string hash() const = 0;
  // Of samples as SampleSet has them (detail/sample_set.h) [n, dims...]: [n, D], floating point; or
  // uint8 for pixels in [0, 1].
  virtual Tensor extract(const Tensor& samples) const = 0;
};

// By name, for samples of these dims: `pixels`, the samples' own numbers, flattened (of images,
// float64 in [0, 1]). `auto` is the best that suits the data: pixels, as long as there is no
// network. Throws UsageError for another name.
std::unique_ptr<FeatureExtractor> open_feature_extractor(const std::string& name,
                                                         const Shape& dims);

}  // namespace gannet
