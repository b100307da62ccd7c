// Consistency regularization: D's logit of an image stays when the image is shifted and mirrored.
#include <ATen/TensorOperators.h>

#include "gannet/base/error.h"
#include "gannet/losses/detail/regularizer_support.h"
#include "gannet/losses/regularizers.h"
#include "gannet/tensor/augment.h"

namespace gannet {

Tensor consistency_penalty(const Tensor& logits, const Tensor& logits_augmented) {
  return (logits - logits_augmented).square().mean();
}

namespace {

class Consistency : public Regularizer {
 public:
  explicit Consistency(double weight) : weight_(weight) {}

  void check(const AdversarialNets& nets) const override {
    if (nets.pack > 1)
      throw UsageError("--cr augments single images, and --pack gives D several at once", "",
                       "one of them without the other");
    if (nets.D.spec().nodes()[0].shape.size() != 3) throw UsageError("--cr is for images", "");
  }

  Terms d_loss(const DiscriminatorPass& pass) override {
    const Tensor u = pass.draws.uniform(Purpose::consistency_augment, {kAugmentDraws});
    const Tensor x = augment(pass.x_real, {.translation = true, .mirror = true}, u);
    return {{"cr", weight_ * consistency_penalty(pass.real.main, pass.D(x, pass.condition))}};
  }

 private:
  const double weight_;
};

}  // namespace

void ConsistencyOptions::fields(FieldVisitor& v) {
  weight_field(v, "cr", cr,
               "weight of consistency regularization of D on shifted and mirrored images; 0: off");
}

RegularizerPtr ConsistencyOptions::make(const RegularizerOptions& o, const AdversarialNets&) {
  return o.cr > 0 ? std::make_unique<Consistency>(o.cr) : nullptr;
}

}  // namespace gannet
