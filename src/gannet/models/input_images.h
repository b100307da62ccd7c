// The input images of image-to-image sampling: one image of the user's, or those of a data set,
// whose targets the outputs are then compared with.
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

  // Of any size. A Gan that enlarges takes it as it is, its transparency kept (enlarged by a
  // bicubic filter) unless there is a background; others at the scale of training, on the
  // background (white by default). Returns what was done, in one line; "" where nothing.
  std::string set_source(const Image& image, std::optional<Colour> background = {});
  void set_source(const std::string& data, SourceOptions options);

  bool single_image() const { return image_.defined(); }
  const Shape& output_shape() const;  // [C, H, W]

  const std::optional<Image>& alpha() const { return alpha_; }  // of outputs, grey

  // The input of each seed, [n, C, h, w] in [-1, 1]: the single image, or sample number seed of the
  // set (modulo its size). Throws UsageError where there is no source.
  Tensor batch(std::span<const uint64_t> seeds) const;

  // Side by side in one image each: input, output and, of a set, target. outputs: [n, C, H, W].
  Tensor with_targets(std::span<const uint64_t> seeds, const Tensor& outputs) const;

  // Adds the outputs [n, C, H, W] of these seeds to the means; nothing where there are no targets.
  void measure(std::span<const uint64_t> seeds, const Tensor& outputs);
  std::optional<ImageQuality> image_quality() const;

 private:
  Sample sample_of(uint64_t seed) const;
  FullReferenceMetrics metrics_of(const Tensor& output, const Tensor& target) const;

  const Model* model_ = nullptr;
  Tensor image_;  // [C, h, w]
  std::optional<Image> alpha_;
  std::shared_ptr<const Dataset> data_;
  Shape output_shape_;
  ImageQuality sum_;
};

}  // namespace gannet
