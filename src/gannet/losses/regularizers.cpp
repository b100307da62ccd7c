#include "gannet/losses/regularizers.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/mm.h>
#include <torch/csrc/autograd/autograd.h>

#include "gannet/base/error.h"

namespace gannet {

Tensor class_loss(const Tensor& scores, const Tensor& labels) {
  return at::cross_entropy_loss(scores, labels);
}

Tensor attribute_loss(const Tensor& said, const Tensor& vector) {
  return (said - vector).square().sum(1).mean();
}

Tensor contrastive(const Tensor& images, const Tensor& sentences, const Tensor& tokens) {
  constexpr double temperature = 0.1;
  const auto unit = [](const Tensor& v) { return v / (v.square().sum(1, true) + 1e-12).sqrt(); };
  const int64_t n = images.size(0);
  const Tensor self = at::eye(n, tokens.options().dtype(at::kBool));
  const Tensor twins = (tokens.unsqueeze(1) == tokens).all(2).logical_and(self.logical_not());
  const Tensor scores = at::mm(unit(images), unit(sentences).t()) / temperature;
  return at::cross_entropy_loss(scores.masked_fill(twins, -1e4), at::arange(n, tokens.options()));
}

Tensor feature_matching(const Tensor& real, const Tensor& fake) {
  return (real.mean(0) - fake.mean(0)).square().mean();
}

Tensor lecam_penalty(const Logits& d, const Tensor& mean_real, const Tensor& mean_fake) {
  return (d.real - mean_fake).square().mean() + (d.fake - mean_real).square().mean();
}

Tensor consistency_penalty(const Tensor& logits, const Tensor& of_augmented) {
  return (logits - of_augmented).square().mean();
}

Tensor orthogonality(std::span<const Tensor> weights) {
  Tensor sum;
  for (const Tensor& weight : weights) {
    if (weight.dim() < 2) continue;
    const Tensor rows = weight.flatten(1);
    const Tensor gram = at::mm(rows, rows.t());
    const Tensor off = gram * (1 - at::eye(gram.size(0), gram.options()));
    sum = sum.defined() ? sum + off.square().sum() : off.square().sum();
  }
  if (!sum.defined()) throw Error("a net without matrices has nothing to be orthogonal", "--ortho");
  return sum;
}

Tensor path_lengths(const Tensor& slope) {
  return (slope.flatten(1).square().sum(1) + 1e-12).sqrt();
}

Tensor path_length_penalty(const Tensor& lengths, const Tensor& average) {
  return (lengths - average).square().mean();
}

Tensor gradient_scale(const Tensor& main, const Tensor& adversarial, const Tensor& at,
                      double ratio) {
  const auto norm = [&](const Tensor& loss, const char* name) {
    const auto found = torch::autograd::grad({loss}, {at}, {}, /*retain_graph=*/true,
                                             /*create_graph=*/false, /*allow_unused=*/true);
    if (!found[0].defined())
      throw Error(std::string("the ") + name + " loss does not depend on the samples",
                  "--gradient-ratio");
    return found[0].norm();
  };
  // As in TF-GAN, an epsilon for where the main loss is flat.
  return ratio * norm(adversarial, "adversarial") / (norm(main, "further") + 1e-12);
}

}  // namespace gannet
