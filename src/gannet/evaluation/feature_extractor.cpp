#include "gannet/evaluation/feature_extractor.h"

#include "gannet/base/error.h"
#include "gannet/formats/checksum.h"

namespace gannet {
namespace {

class Pixels : public FeatureExtractor {
 public:
  std::string name() const override { return "pixels"; }
  std::string hash() const override {
    return "sha256:" + sha256_hex(as_bytes("pixels 1: images in [0, 1], other samples in their own "
                                           "units, flattened"));
  }
  Tensor extract(const Tensor& samples) const override { return samples.flatten(1); }
};

}  // namespace

std::unique_ptr<FeatureExtractor> open_feature_extractor(const std::string& name, const Shape&) {
  if (name == "pixels" || name == "auto") return std::make_unique<Pixels>();
  throw UsageError("unknown features '" + name + "'", "--features", "--features pixels");
}

}  // namespace gannet
