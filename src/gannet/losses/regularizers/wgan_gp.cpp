// The gradient penalty of WGAN-GP, between real and generated samples.
#include <ATen/TensorOperators.h>

#include "gannet/losses/detail/regularizer_support.h"
#include "gannet/losses/gradient_penalties.h"
#include "gannet/losses/regularizers.h"

namespace gannet {
namespace {

class WganGp : public Regularizer {
 public:
  explicit WganGp(const GradientPenaltyOptions& options) : o_(options) {}

  void check(const AdversarialNets& nets) const override { check_gradients_per_sample(nets.D); }

  Terms d_loss(const DiscriminatorPass& pass) override {
    const Tensor u = pass.draws.uniform(Purpose::gp_interpolation, {1});
    const Tensor points =
        interpolate(pass.x_real, pass.x_fake, u.slice(0, 0, pass.x_real.size(0)));  // of a pack one
    return {{"gp", o_.gp * gradient_penalty_at(points, pass, o_.gp_target, o_.gp_one_sided)}};
  }

 private:
  const GradientPenaltyOptions o_;
};

}  // namespace

void GradientPenaltyOptions::fields(FieldVisitor& v) {
  weight_field(v, "gp", gp,
               "weight of WGAN-GP's gradient penalty between real and generated samples; 0: off");
  weight_field(v, "gp-target", gp_target, "target norm of D's gradient in gp and dragan");
  v.field("gp-one-sided", gp_one_sided,
          {.help = "one-sided gp and dragan: only norms above the target are penalized"});
}

RegularizerPtr GradientPenaltyOptions::make(const RegularizerOptions& o, const AdversarialNets&) {
  return o.gp > 0 ? std::make_unique<WganGp>(o) : nullptr;
}

}  // namespace gannet
