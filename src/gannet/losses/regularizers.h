// Further terms that a game may add to its adversarial loss: pure functions, each a scalar to be
// minimised, without its weight. Which net minimises it, and when, is the game's (training/game.h).
#pragma once

#include <ATen/core/Tensor.h>

#include <span>

#include "gannet/losses/adversarial.h"

namespace gannet {

// Classes (AC-GAN, Odena et al. 2016, arXiv:1610.09585, eq. 3): -E log P(class = label) of scores
// [N, K] and int64 labels [N]. >= 0; log K where D has no idea.
Tensor class_loss(const Tensor& scores, const Tensor& labels);

// Vectors [N, V] (as StarGAN's attributes, Choi et al. 2017, arXiv:1711.09020, eqs. 2, 3, with
// squares for its cross entropies, so that any numbers will do): E |said - vector|^2. >= 0.
Tensor attribute_loss(const Tensor& said, const Tensor& vector);

// Which sentence is whose (Zhang et al. 2021, arXiv:2101.04702, section 4; temperature 0.1): for
// images and their sentences, both as vectors [N, W] of any length, the cross-entropy of picking
// the own sentence of each image among all N by the cosine. Sentences of equal tokens [N, T] are
// no others. >= 0; log N where nothing is told apart.
Tensor contrastive(const Tensor& images, const Tensor& sentences, const Tensor& tokens);

// Feature matching (Salimans et al. 2016, arXiv:1606.03498, section 3.1): the squared distance of
// the mean features [N, ...] of real and of fake samples, as a mean over features. >= 0.
Tensor feature_matching(const Tensor& real, const Tensor& fake);

// LeCam (Tseng et al. 2021, arXiv:2104.03310, eq. 5): E(D(x) - mean fake)^2 + E(D(G(z)) - mean
// real)^2, with moving averages of D's logits. >= 0.
Tensor lecam_penalty(const Logits& logits, const Tensor& mean_real, const Tensor& mean_fake);

// Consistency (Zhang et al. 2019, arXiv:1910.12027, eq. 2): E(D(x) - D(T(x)))^2. >= 0.
Tensor consistency_penalty(const Tensor& logits, const Tensor& of_augmented);

// Orthogonal regularisation (Brock et al. 2018, arXiv:1809.11096, eq. 3): the squares off the
// diagonal of W W^T, summed over weights [O, ...] of two axes or more. >= 0.
Tensor orthogonality(std::span<const Tensor> weights);

// Lengths |J^T y| [N] of slopes [N, ...], and the path length penalty E(|J^T y| - a)^2 (Karras et
// al. 2019, arXiv:1912.04958, eq. 4). >= 0.
Tensor path_lengths(const Tensor& slope);
Tensor path_length_penalty(const Tensor& lengths, const Tensor& average);

// The factor of `main` that makes |d main/d at| be `ratio` times |d adversarial/d at|, without a
// gradient (gradient_ratio of TF-GAN's combine_adversarial_loss). `at` is what both depend on, such
// as the generated samples; all three keep their graphs. Throws Error where one does not depend.
Tensor gradient_scale(const Tensor& main, const Tensor& adversarial, const Tensor& at,
                      double ratio);

}  // namespace gannet
