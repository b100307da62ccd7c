// LeCam: D's logits of each side stay near the other side's moving average.
#include <ATen/TensorOperators.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>

#include "gannet/losses/adversarial.h"
#include "gannet/losses/detail/regularizer_support.h"
#include "gannet/losses/regularizers.h"
#include "gannet/tensor/process_group.h"

namespace gannet {

Tensor lecam_penalty(const Logits& d, const Tensor& mean_real, const Tensor& mean_fake) {
  return (d.real - mean_fake).square().mean() + (d.fake - mean_real).square().mean();
}

namespace {

class Lecam : public Regularizer {
 public:
  Lecam(double weight, const at::TensorOptions& tensor)
      : weight_(weight), means_(at::zeros({2}, tensor.dtype(at::kDouble))) {}

  Terms d_loss(const DiscriminatorPass& pass) override {
    const Logits logits{.real = pass.real.main, .fake = pass.fake.main};
    const Tensor now = at::stack({logits.real.detach().mean(), logits.fake.detach().mean()});
    update_average(means_, all_mean(now, pass.draws.group()));
    const Tensor means = means_.to(logits.real.options());
    return {{"lecam", weight_ * lecam_penalty(logits, means[0], means[1])}};
  }
  std::map<std::string, Tensor*> state() override { return {{"lecam", &means_}}; }

 private:
  const double weight_;
  Tensor means_;  // of D's logits of real and of generated samples
};

}  // namespace

void LecamOptions::fields(FieldVisitor& v) {
  weight_field(v, "lecam", lecam, "weight of LeCam regularization of D; 0: off");
}

RegularizerPtr LecamOptions::make(const RegularizerOptions& o, const AdversarialNets& nets) {
  return o.lecam > 0 ? std::make_unique<Lecam>(o.lecam, nets.G.parameters.options()) : nullptr;
}

}  // namespace gannet
