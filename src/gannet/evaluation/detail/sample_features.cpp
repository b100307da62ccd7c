#include "gannet/evaluation/detail/sample_features.h"

namespace gannet {
namespace {

constexpr size_t kMostKept = size_t{64} << 20;  // bytes of one set's features in memory

}  // namespace

SampleFeatures::SampleFeatures(const SampleSource& source, std::vector<int64_t> numbers,
                               const FeatureExtractor& extractor, std::string key,
                               FeatureMemory* memory)
    : source_(source),
      numbers_(std::move(numbers)),
      extractor_(extractor),
      key_(std::move(key)),
      memory_(memory) {
  if (!key_.empty()) key_.append("|").append(extractor_.hash());
}

const Tensor& SampleFeatures::samples() {
  if (!samples_.defined()) samples_ = source_.read(numbers_);
  return samples_;
}

Tensor SampleFeatures::first_samples(int64_t n) {
  if (samples_.defined() || n >= size()) return samples().slice(0, 0, n);
  return source_.read({numbers_.begin(), numbers_.begin() + n});
}

const Tensor& SampleFeatures::labels() {
  if (!labels_.defined()) labels_ = source_.labels(numbers_);
  return labels_;
}

const ExtractedFeatures& SampleFeatures::extracted() {
  if (extracted_.features.defined()) return extracted_;
  const bool keeps = memory_ != nullptr && !key_.empty();
  if (keeps) {
    const auto found = memory_->features.find(key_);
    if (found != memory_->features.end()) return extracted_ = found->second;
  }
  extracted_ = extractor_.extract(samples());
  if (keeps && extracted_.features.nbytes() <= kMostKept) memory_->features[key_] = extracted_;
  return extracted_;
}

}  // namespace gannet
