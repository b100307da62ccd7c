// The Parzen-window log-likelihood of test samples under generated ones (Goodfellow et al. 2014,
// arXiv:1406.2661, section 5; Breuleux et al. 2009). A figure of history: in high dimensions it
// says little of quality, and may prefer the centres of clusters to the true distribution (Theis et
// al. 2016, arXiv:1511.01844, section 3.2).
#pragma once

#include <span>
#include <vector>

#include "gannet/tensor/batch.h"

namespace gannet {

// float64 [sigmas, T]: log p(x) in nats of each test sample, p a mixture of Gaussians of standard
// deviation sigma > 0 around the samples: logsumexp(-|x - s|^2 / (2 sigma^2)) - log N - D / 2 log(2
// pi sigma^2). samples [N, D], test [T, D].
Tensor parzen_log_likelihoods(const Tensor& samples, const Tensor& test,
                              std::span<const double> sigmas);

struct ParzenFit {
  double mean = 0, error = 0;  // of the test samples, in nats; its standard error
  double sigma = 0;
};
// The protocol of Goodfellow's code: sigma is that of ten from 0.1 to 1, evenly in their
// logarithms, with the largest mean on the validation samples; then the mean on the test samples.
// sigmas: others.
ParzenFit parzen_log_likelihood(const Tensor& samples, const Tensor& validation, const Tensor& test,
                                std::vector<double> sigmas = {});

}  // namespace gannet
