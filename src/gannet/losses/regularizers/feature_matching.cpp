// Feature matching: the mean features of generated samples approach those of real ones.
#include <ATen/TensorOperators.h>

#include "gannet/base/error.h"
#include "gannet/losses/auxiliary.h"
#include "gannet/losses/detail/regularizer_support.h"
#include "gannet/losses/regularizers.h"
#include "gannet/tensor/process_group.h"

namespace gannet {
namespace {

class FeatureMatching : public Regularizer {
 public:
  explicit FeatureMatching(double weight) : weight_(weight) {}

  void check(const AdversarialNets& nets) const override {
    if (!has_output(nets.D, "features"))
      throw UsageError("this discriminator has no output of features", "--feature-matching");
  }
  Needs needs() const override { return {.real_in_g = true}; }
  bool auxiliary() const override { return true; }

  Terms g_loss(const GeneratorPass& pass) override {
    return {{"features", weight_ * feature_matching_loss(mean(pass, pass.real["features"].detach()),
                                                         mean(pass, pass.fake["features"]))}};
  }

 private:
  // Of the whole batch, as a batch of one.
  static Tensor mean(const GeneratorPass& pass, const Tensor& features) {
    const ProcessGroup* group = pass.draws.group();
    return group == nullptr ? features : all_mean(features.mean(0, /*keepdim=*/true), group);
  }

  const double weight_;
};

}  // namespace

void FeatureMatchingOptions::fields(FieldVisitor& v) {
  weight_field(v, "feature-matching", feature_matching,
               "weight of G's feature matching loss on D's mean features; 0: off");
}

RegularizerPtr FeatureMatchingOptions::make(const RegularizerOptions& o, const AdversarialNets&) {
  return o.feature_matching > 0 ? std::make_unique<FeatureMatching>(o.feature_matching) : nullptr;
}

}  // namespace gannet
