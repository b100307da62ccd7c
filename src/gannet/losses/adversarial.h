// The adversarial losses: pure functions of the discriminator's logits, each its paper's equation.
#pragma once

#include <ATen/core/Tensor.h>

#include <span>
#include <string_view>

namespace gannet {

using at::Tensor;

// D's logits of real and of fake samples, [N, 1] or [N, 1, h, w] each; never two bare tensors,
// which get swapped.
struct Logits {
  Tensor real, fake;
};

// D's targets, as probabilities (logistic losses) or logits (lsgan): one-sided label smoothing
// (Salimans et al. 2016, arXiv:1606.03498, section 3.4) lowers real, two-sided raises fake too.
struct Targets {
  double real = 1, fake = 0;
};

// d and g are minimized by the discriminator and the generator; each returns a scalar. g reads
// logits.real only where g_needs_real; d reads the targets only where has_targets. mixes_samples: a
// sample's term depends on others of the batch, so that the loss is no mean over samples.
struct AdversarialLoss {
  std::string_view name, paper;
  bool g_needs_real, has_targets, mixes_samples;
  Tensor (*d)(const Logits&, const Targets&);
  Tensor (*g)(const Logits&);
};

std::span<const AdversarialLoss> adversarial_losses();

// Throws UsageError naming the nearest known loss.
const AdversarialLoss& adversarial_loss(std::string_view name);

}  // namespace gannet
