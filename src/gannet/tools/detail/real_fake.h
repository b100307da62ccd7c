// The small classifier of real against fake images that RealFakeClassifier and Detector train. One
// convention for both: class 0 is real, class 1 is fake, the positive class of a ROC.
#pragma once

#include <memory>

#include "gannet/training/classifier.h"

namespace gannet {

std::unique_ptr<Net> real_fake_net(const Shape& dims, uint64_t seed,
                                   const at::TensorOptions& tensor);

// Trains on minibatches of real and fake images [N, C, H, W] in [-1, 1], whose order is a function
// of `seed`.
void fit_real_fake(Net& net, const Tensor& real, const Tensor& fake, int64_t batch, uint64_t seed,
                   const Fit& fit);

// log P(fake) / P(real), [N].
Tensor fake_log_odds(Net& net, const Tensor& images);

}  // namespace gannet
