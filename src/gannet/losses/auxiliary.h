// Auxiliary losses: what D or G learns besides real or fake, of further outputs of a network. Pure
// functions, each a scalar to be minimized, without its weight.
#pragma once

#include <ATen/core/Tensor.h>

namespace gannet {

using at::Tensor;

class ProcessGroup;

// Classification (AC-GAN, Odena et al. 2016, arXiv:1610.09585, eq. 3): the cross-entropy of scores
// [N, K] and int64 labels [N]. >= 0; log K for equal scores.
Tensor classification_loss(const Tensor& scores, const Tensor& labels);

// Regression of attributes [N, V]: E |predicted - attributes|^2 >= 0. StarGAN's attribute loss
// (Choi et al. 2017, arXiv:1711.09020, eqs. 2, 3) with squares for its cross-entropies, so that any
// numbers will do.
Tensor attribute_regression(const Tensor& predicted, const Tensor& attributes);

// Contrastive loss (XMC-GAN, Zhang et al. 2021, arXiv:2101.04702, section 4; temperature 0.1): for
// embeddings [N, W] of images and of their sentences, the cross-entropy of choosing each image's
// sentence among all N by the cosine. Sentences of equal tokens [N, T] are no negatives of each
// other. >= 0; log N for equal cosines.
Tensor contrastive_loss(const Tensor& images, const Tensor& sentences, const Tensor& tokens);

// Feature matching (Salimans et al. 2016, arXiv:1606.03498, section 3.1): the squared distance of
// the mean features [N, ...] of real and of fake samples, as a mean over features. >= 0.
Tensor feature_matching_loss(const Tensor& real, const Tensor& fake);

// The factor of the auxiliary loss that makes |d auxiliary/dx| be `ratio` times |d adversarial/dx|,
// without a gradient (gradient_ratio of TF-GAN's combine_adversarial_loss). x: what both depend on,
// such as the generated samples; all three keep their graphs. Throws Error where one does not
// depend on x. Where x is a part of the batch of a group, the norms are of the whole.
Tensor gradient_ratio_factor(const Tensor& auxiliary, const Tensor& adversarial, const Tensor& x,
                             double ratio, const ProcessGroup* group = nullptr);

}  // namespace gannet
