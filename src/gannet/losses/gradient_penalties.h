// Gradient penalties: pure functions of D's input gradients dD/dx [N, ...] (Net::value_and_grad)
// and of the points where they are taken. A gradient's norm is over all axes but the first; each
// penalty is a mean over samples and differentiable in the gradients. Their weights and lazy
// regularization: losses/regularizers.h.
#pragma once

#include <ATen/core/Tensor.h>

namespace gannet {

using at::Tensor;

// Mescheder et al. 2018, arXiv:1801.04406, eq. 9, without gamma: E |dD/dx|^2 / 2. At real samples
// R1, at generated ones R2. >= 0.
Tensor zero_centered_gradient_penalty(const Tensor& gradients);

// MA-GP of DF-GAN (Tao et al. 2020, arXiv:2008.05865, eq. 2, without k): E |dD/dx|^power. >= 0.
Tensor power_gradient_penalty(const Tensor& gradients, double power);

// WGAN-GP (Gulrajani et al. 2017, arXiv:1704.00028, eq. 3, without lambda): E (|dD/dx| - target)^2;
// one-sided (section 4): only norms above the target count. >= 0.
Tensor gradient_penalty(const Tensor& gradients, double target, bool one_sided);

// The points of WGAN-GP: real + u (fake - real), one u in [0, 1) a sample: u [N, 1] or [N].
// Algorithm 1 of the paper has eps = 1 - u.
Tensor interpolate(const Tensor& real, const Tensor& fake, const Tensor& u);

// The points of DRAGAN (Kodali et al. 2017, arXiv:1705.07215, eq. 2): real + stddev noise, for
// standard normal noise of real's shape.
Tensor perturb(const Tensor& real, const Tensor& noise, double stddev);

}  // namespace gannet
