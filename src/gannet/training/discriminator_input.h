// The discriminator's input: samples augmented, with instance noise, packed, and fakes from an
// image pool.
#pragma once

#include <map>
#include <string>

#include "gannet/tensor/augment.h"
#include "gannet/training/step.h"

namespace gannet {

enum class Side { real, fake };

class DiscriminatorInput {
 public:
  // sample: the shape of one, on the device and of the type of `tensor`. Throws UsageError.
  DiscriminatorInput(const Options& options, const Shape& sample, const at::TensorOptions& tensor);

  // D's input for samples [N, ...]: augmented by --aug (arXiv:2006.10738), with the step's instance
  // noise (Sonderby et al. 2016, arXiv:1610.04490, section 3.1), and --pack of them side by side as
  // [N / pack, pack C, ...] (PacGAN, Lin et al. 2017, arXiv:1712.04086). Differentiable.
  Tensor operator()(const Tensor& samples, Side side, Step& step) const;

  // Fakes of this step, half of them exchanged for earlier ones once the image pool is full
  // (Shrivastava et al. 2016, arXiv:1612.07828, section 2.3, one by one as in CycleGAN's code).
  Tensor sample_from_pool(const Tensor& fakes, Step& step);

  std::map<std::string, Tensor*> state();

 private:
  const Options& options_;
  Augmentation augmentation_;
  Tensor pool_, pool_size_;  // [--pool, ...], and int64 []: how many of them are filled
};

}  // namespace gannet
