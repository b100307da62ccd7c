// The images that a network is given to make others from, when sampling: one of the user's, or
// those of a set, which also tells what they should become.
#pragma once

#include <optional>
#include <span>

#include "gannet/data/dataset.h"
#include "gannet/models/model_file.h"
#include "gannet/models/sampler.h"

namespace gannet {

class InputImages {
 public:
  InputImages() = default;
  explicit InputImages(const Model& model);  // which must outlive it

  void give(const Image& input);
  void give(const std::string& source, SourceOptions options);

  bool is_one() const { return input_.defined(); }
  const Shape& result_shape() const;  // [C, H, W] of what is made of them

  // [n, C, h, w] in [-1, 1]. Throws UsageError where nothing was given.
  Tensor of(std::span<const uint64_t> seeds) const;

  // Samples made of these seeds' images between those and, where it is known, what they should
  // be.
  Tensor around(std::span<const uint64_t> seeds, const Tensor& made) const;

  // Adds samples made of these seeds' images to the figures, where it is known what they should
  // be.
  void measure(std::span<const uint64_t> seeds, const Tensor& made);
  std::optional<ImageQuality> image_quality() const;

 private:
  Sample sample_of(uint64_t seed) const;
  FullReferenceMetrics compared(const Tensor& made, const Tensor& real) const;

  const Model* model_ = nullptr;
  Tensor input_;  // [C, h, w]
  std::shared_ptr<const Dataset> data_;
  Shape result_;
  ImageQuality sum_;
};

}  // namespace gannet
