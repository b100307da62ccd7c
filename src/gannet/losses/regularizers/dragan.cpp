// The gradient penalty of DRAGAN, around real samples.
#include <ATen/TensorOperators.h>

#include "gannet/losses/detail/regularizer_support.h"
#include "gannet/losses/gradient_penalties.h"
#include "gannet/losses/regularizers.h"

namespace gannet {
namespace {

class Dragan : public Regularizer {
 public:
  explicit Dragan(const RegularizerOptions& o)
      : o_(o), target_(o.gp_target), one_sided_(o.gp_one_sided) {}

  void check(const AdversarialNets& nets) const override { check_gradients_per_sample(nets.D); }

  Terms d_loss(const DiscriminatorPass& pass) override {
    const Tensor& x = pass.x_real;
    const Shape shape(x.sizes().begin() + 1, x.sizes().end());
    const Tensor noise = pass.draws.normal(Purpose::dragan_noise, shape).slice(0, 0, x.size(0));
    return {{"dragan", o_.dragan * gradient_penalty_at(perturb(x, noise, o_.dragan_spread), pass,
                                                       target_, one_sided_)}};
  }

 private:
  const DraganOptions o_;
  const double target_;
  const bool one_sided_;
};

}  // namespace

void DraganOptions::fields(FieldVisitor& v) {
  weight_field(v, "dragan", dragan,
               "weight of DRAGAN's gradient penalty around real samples; 0: off");
  weight_field(v, "dragan-spread", dragan_spread, "standard deviation of DRAGAN's perturbations");
}

RegularizerPtr DraganOptions::make(const RegularizerOptions& o, const AdversarialNets&) {
  return o.dragan > 0 ? std::make_unique<Dragan>(o) : nullptr;
}

}  // namespace gannet
