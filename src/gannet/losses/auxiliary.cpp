#include "gannet/losses/auxiliary.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/mm.h>
#include <torch/csrc/autograd/autograd.h>

#include <string>

#include "gannet/base/error.h"
#include "gannet/tensor/process_group.h"

namespace gannet {

Tensor classification_loss(const Tensor& scores, const Tensor& labels) {
  return at::cross_entropy_loss(scores, labels);
}

Tensor attribute_regression(const Tensor& predicted, const Tensor& attributes) {
  return (predicted - attributes).square().sum(1).mean();
}

Tensor contrastive_loss(const Tensor& images, const Tensor& sentences, const Tensor& tokens) {
  constexpr double temperature = 0.1;
  const auto unit = [](const Tensor& v) { return v / (v.square().sum(1, true) + 1e-12).sqrt(); };
  const int64_t n = images.size(0);
  const Tensor self = at::eye(n, tokens.options().dtype(at::kBool));
  const Tensor twins = (tokens.unsqueeze(1) == tokens).all(2).logical_and(self.logical_not());
  const Tensor scores = at::mm(unit(images), unit(sentences).t()) / temperature;
  return at::cross_entropy_loss(scores.masked_fill(twins, -1e4), at::arange(n, tokens.options()));
}

Tensor feature_matching_loss(const Tensor& real, const Tensor& fake) {
  return (real.mean(0) - fake.mean(0)).square().mean();
}

Tensor gradient_ratio_factor(const Tensor& auxiliary, const Tensor& adversarial, const Tensor& x,
                             double ratio, const ProcessGroup* group) {
  const auto gradient_norm = [&](const Tensor& loss, const char* name) {
    const auto found = torch::autograd::grad({loss}, {x}, {}, /*retain_graph=*/true,
                                             /*create_graph=*/false, /*allow_unused=*/true);
    if (!found[0].defined())
      throw Error(std::string("the ") + name + " loss does not depend on the samples",
                  "--gradient-ratio");
    return group == nullptr ? found[0].norm() : all_reduce(found[0].square().sum(), group).sqrt();
  };
  // As in TF-GAN, an epsilon for where the auxiliary loss is flat.
  return ratio * gradient_norm(adversarial, "adversarial") /
         (gradient_norm(auxiliary, "auxiliary") + 1e-12);
}

}  // namespace gannet
