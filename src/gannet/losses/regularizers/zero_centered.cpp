// R1 and R2, also as lazy regularization.
#include <ATen/TensorOperators.h>

#include "gannet/losses/detail/regularizer_support.h"
#include "gannet/losses/gradient_penalties.h"
#include "gannet/losses/regularizers.h"

namespace gannet {
namespace {

class ZeroCentered : public Regularizer {
 public:
  explicit ZeroCentered(const ZeroCenteredOptions& options) : o_(options) {}

  void check(const AdversarialNets& nets) const override { check_gradients_per_sample(nets.D); }
  Needs needs() const override { return {.grad_real = o_.r1_weight() > 0, .grad_fake = o_.r2 > 0}; }
  int64_t interval() const override { return o_.r1_every; }

  Terms d_loss(const DiscriminatorPass& pass) override {
    Terms terms;
    if (o_.r1_weight() > 0) terms += {{"r1", penalty(o_.r1_weight(), pass, pass.grad_real)}};
    if (o_.r2 > 0) terms += {{"r2", penalty(o_.r2, pass, pass.grad_fake)}};
    return terms;
  }

 private:
  Tensor penalty(double weight, const DiscriminatorPass& pass, const Tensor& gradient) const {
    const Tensor penalty = zero_centered_gradient_penalty(gradient);
    const auto scale = static_cast<double>(interval());
    if (!pass.r1_scale.defined()) return scale * weight * penalty;
    return (pass.r1_scale * scale * weight).to(penalty.scalar_type()) * penalty;
  }

  const ZeroCenteredOptions o_;
};

}  // namespace

void ZeroCenteredOptions::fields(FieldVisitor& v) {
  weight_field(v, "r1", r1, "weight of R1, D's squared gradient norm at real samples; 0: off");
  weight_field(v, "r2", r2, "weight of R2, D's squared gradient norm at generated samples; 0: off");
  v.field("gamma", gamma,
          {.help = "weight of R1, and in r3gan of R2 too; auto: the values of r1 and r2",
           .min = 0,
           .max = 1e6,
           .automatic = true});
  v.field("gamma-end", gamma_end,
          {.help = "scheduled final value of gamma, R2 in proportion; auto: constant",
           .min = 0,
           .max = 1e6,
           .automatic = true});
  v.field("r1-every", r1_every,
          {.help = "lazy regularization: apply R1 and R2 every N steps, scaled by N",
           .unit = "steps",
           .min = 1,
           .max = 1000});
}

std::vector<std::string> ZeroCenteredOptions::warnings(const DatasetInfo& data) const {
  std::vector<std::string> lines;
  if (r1_every > 1 && data.is_points())
    lines.push_back(
        "--r1-every: on points D changes much within a few steps, and a penalty that comes late "
        "makes it swing; every step (1) is cheap here");
  if (r1_every > 1 && !bounds_gradient())
    lines.push_back("--r1-every: there is no R1 and no R2 to apply lazily");
  return lines;
}

RegularizerPtr ZeroCenteredOptions::make(const RegularizerOptions& o, const AdversarialNets&) {
  if (o.r1_weight() <= 0 && o.r2 <= 0) return nullptr;
  return std::make_unique<ZeroCentered>(o);
}

}  // namespace gannet
