// Samples of a network, and what metrics ask of a network besides samples.
#pragma once

#include <optional>

#include "gannet/evaluation/detail/sample_set.h"
#include "gannet/models/sampler.h"

namespace gannet {

class NetworkSamples : public SampleSource {
 public:
  explicit NetworkSamples(const EvaluationRequest& request);

  int64_t size() const override;
  Shape dims() const override;
  std::string hash() const override;
  Tensor read(const std::vector<int64_t>& indices) const override;
  Tensor labels(const std::vector<int64_t>& indices) const override;
  std::vector<std::string> classes() const override;
  double rate() const override;
  const Sampler& sampler() const { return *sampler_; }

  // Of a network that draws what sentences say: its samples are of the captions of `data`, in their
  // order, the first one of each sample first. Nothing of another network. Throws Error naming
  // `source` where no sample has a caption.
  void take_captions(const Dataset& data, const std::string& source);

  // The samples at t and t + epsilon on the great circle between two latents, of n paths: [n,
  // dims...] as read() has them, but not rounded. t is drawn by the seed; both ends of a path have
  // one class. Of a network that draws from latents.
  struct Steps {
    Tensor before, after;
  };
  Steps path_steps(int64_t n, double epsilon) const;

  // [N, dims...] in [-1, 1], of samples in [-1, 1]; undefined of a network without an encoder.
  Tensor reconstructed(const Tensor& samples) const;

  // Of its outputs for the first n inputs of the data against their targets; nothing of a network
  // that draws from no images.
  std::optional<ImageQuality> quality(int64_t n) const;

 private:
  SampleRequest request_for(const std::vector<int64_t>& indices) const;

  std::unique_ptr<Sampler> sampler_;
  EvaluatedSource real_;
  uint64_t first_;
  std::vector<std::vector<std::string>> captions_;  // of the samples that have some
};

}  // namespace gannet
