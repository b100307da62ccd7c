#include "gannet/tools/detail/real_fake.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

namespace gannet {

std::unique_ptr<Net> real_fake_net(const Shape& dims, uint64_t seed,
                                   const at::TensorOptions& tensor) {
  return std::make_unique<Net>(small_classifier("C", dims, 2), seed, 0, tensor);
}

void fit_real_fake(Net& net, const Tensor& real, const Tensor& fake, int64_t batch, uint64_t seed,
                   const Fit& fit) {
  const Tensor labels =
      at::cat({at::zeros({real.size(0)}, at::kLong), at::ones({fake.size(0)}, at::kLong)});
  fit_classifier(net, minibatches(at::cat({real, fake}), labels, batch, seed), fit);
}

Tensor fake_log_odds(Net& net, const Tensor& images) { return log_odds(class_scores(net, images)); }

}  // namespace gannet
