// Penalties on the slope of a discriminator: pure functions of slopes dD/dx (Net::vjp) and
// of the points where slopes are taken. A slope is [N, ...]; its norm goes over all axes but the
// first; each penalty is a mean over samples and differentiable through the slope. None knows a
// network: what weighs a penalty, and when, is the game's (training/game.h).
#pragma once

#include <ATen/core/Tensor.h>

namespace gannet {

using at::Tensor;

// Zero-centred (Mescheder et al. 2018, arXiv:1801.04406, eq. 9, without gamma): E |dD/dx|^2 / 2. At
// real samples R1, at fake ones R2. >= 0.
Tensor zero_centered_penalty(const Tensor& slope);

// DF-GAN's MA-GP (Tao et al. 2020, arXiv:2008.05865, eq. 2, without k): E |dD/dx|^power. >= 0.
Tensor slope_penalty(const Tensor& slope, double power);

// Lipschitz (Gulrajani et al. 2017, arXiv:1704.00028, eq. 3, without lambda): E (|dD/dx| -
// target)^2; one-sided (section 4): only norms above the target count. >= 0.
Tensor gradient_penalty(const Tensor& slope, double target, bool one_sided);

// The points of that penalty: real + u (fake - real), one u of [0, 1) a sample: u [N, 1] or [N].
// Algorithm 1 of the same paper has eps = 1 - u.
Tensor points_between(const Tensor& real, const Tensor& fake, const Tensor& u);

// The points of DRAGAN (Kodali et al. 2017, arXiv:1705.07215, eq. 2): real + delta,
// delta ~ N(0, spread^2); `normal` is standard normal noise of real's shape.
Tensor points_around(const Tensor& real, const Tensor& normal, double spread);

// Weight clipping (Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1, line 7): each weight into
// [-bound, bound], in place.
void clip_weights(const Tensor& weights, double bound);

}  // namespace gannet
