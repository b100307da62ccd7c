#include "gannet/evaluation/detail/sample_features.h"

#include <ATen/ops/tensor.h>

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

Tensor SampleFeatures::some_samples(const std::vector<int64_t>& rows) {
  if (samples_.defined()) return samples_.index_select(0, at::tensor(rows, at::kLong));
  std::vector<int64_t> numbers;
  for (const int64_t row : rows) numbers.push_back(numbers_.at(static_cast<size_t>(row)));
  return source_.read(numbers);
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
