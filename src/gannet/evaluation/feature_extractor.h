// What metrics compare samples by: numbers that a network, or the samples themselves, give.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gannet/tensor/batch.h"

namespace gannet {

// Of n samples: [n, D], floating point, or uint8 for pixels in [0, 1]; and a classifier's scores
// [n, classes], undefined of other features.
struct ExtractedFeatures {
  Tensor features, scores;
};

class FeatureExtractor {
 public:
  virtual ~FeatureExtractor() = default;
  virtual std::string name() const = 0;
  // "sha256:..." of the weights and all else that a feature depends on: figures of two hashes are
  // not compared.
  virtual std::string hash() const = 0;
  // Of samples as SampleSource has them (detail/sample_set.h) [n, dims...].
  virtual ExtractedFeatures extract(const Tensor& samples) const = 0;
  virtual bool has_scores() const { return false; }
  virtual bool is_fid() const { return false; }  // its Frechet distance is the FID
  // A line for the user on how these features are to be read, or "".
  virtual std::string note() const { return ""; }
};

// The real samples, by which `auto` chooses.
struct FeatureRequest {
  std::string name = "auto";
  Shape dims;
  std::string source, hash;  // of the real set
  std::string device = "cpu";
};

// The shipped feature net (feature_net.h) that was trained on this data; "": none.
std::string shipped_features(const FeatureRequest& request);

// `pixels`: the samples' own numbers, flattened (of images, float64 in [0, 1]). `mnist`,
// `fashion-mnist`: the feature net of this data that is part of Gannet. A file of `gannet
// classifier`. `auto`: the feature net that was trained on this data, else pixels. Throws
// UsageError for another name, and for samples of other dims than the net's.
std::unique_ptr<FeatureExtractor> open_feature_extractor(const FeatureRequest& request);

}  // namespace gannet
