// The two parts of a variational autoencoder's bound: the log-likelihood of an image under the
// decoder's distribution, and the divergence of a code's distribution from the prior. In nats, one
// value a sample.
#pragma once

#include "gannet/tensor/batch.h"

namespace gannet {

// log P(x) [N] of images x [N, C, H, W] in [-1, 1] that have 256 levels, where each value follows
// a logistic distribution around `mean` (of x's shape) with the scale exp(log_scale) [C], and a
// level's probability is that of its interval; the first and the last are open (Salimans et al.
// 2017, arXiv:1701.05517, eq. 2, of one component). A probability of the 8-bit image, so bounds
// made of it compare between models and with bits of a file.
Tensor log_likelihood(const Tensor& x, const Tensor& mean, const Tensor& log_scale);

// KL(N(mean, exp(log_variance)) || N(0, 1)) [N] of codes [N, Z]: Kingma & Welling 2013
// (arXiv:1312.6114), appendix B.
Tensor kl_divergence(const Tensor& mean, const Tensor& log_variance);

}  // namespace gannet
