// The auxiliary classifier of AC-GAN: D classifies real and generated samples, G is to be
// classified right. With attributes D regresses those of real samples, G those it was given.
#include <ATen/TensorOperators.h>

#include "gannet/losses/auxiliary.h"
#include "gannet/losses/detail/regularizer_support.h"
#include "gannet/losses/regularizers.h"

namespace gannet {
namespace {

class AuxiliaryClassifier : public Regularizer {
 public:
  AuxiliaryClassifier(double weight, bool classes, bool attributes)
      : weight_(weight), classes_(classes), attributes_(attributes) {}

  bool auxiliary() const override { return true; }

  Terms d_loss(const DiscriminatorPass& pass) override {
    const Condition& truth = pass.batch.cond;
    Terms terms;
    if (classes_)
      terms += {{"D_class", weight_ * (classification_loss(pass.real["classes"], truth.labels) +
                                       classification_loss(pass.fake["classes"], truth.labels))}};
    if (attributes_)
      terms +=
          {{"D_class", weight_ * attribute_regression(pass.real["attributes"], truth.attributes)}};
    return terms;
  }
  Terms g_loss(const GeneratorPass& pass) override {
    const Condition& truth = pass.batch.cond;
    Terms terms;
    if (classes_)
      terms += {{"G_class", weight_ * classification_loss(pass.fake["classes"], truth.labels)}};
    if (attributes_)
      terms +=
          {{"G_class", weight_ * attribute_regression(pass.fake["attributes"], truth.attributes)}};
    return terms;
  }

 private:
  const double weight_;
  const bool classes_, attributes_;
};

}  // namespace

void AuxiliaryClassifierOptions::fields(FieldVisitor& v) {
  weight_field(v, "class-weight", class_weight,
               "weight of the auxiliary classification loss (acgan, --head classes)");
}

RegularizerPtr AuxiliaryClassifierOptions::make(const RegularizerOptions& o,
                                                const AdversarialNets& nets) {
  const bool classes = has_output(nets.D, "classes"), attributes = has_output(nets.D, "attributes");
  if (o.class_weight <= 0 || (!classes && !attributes)) return nullptr;
  return std::make_unique<AuxiliaryClassifier>(o.class_weight, classes, attributes);
}

}  // namespace gannet
