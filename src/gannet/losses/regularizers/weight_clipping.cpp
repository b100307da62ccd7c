// Weight clipping of the original WGAN.
#include "gannet/base/error.h"
#include "gannet/losses/detail/regularizer_support.h"
#include "gannet/losses/regularizers.h"

namespace gannet {
namespace {

class WeightClipping : public Regularizer {
 public:
  explicit WeightClipping(double bound) : bound_(bound) {}

  void check(const AdversarialNets& nets) const override {
    if (has_layer(nets.D, "spectral_norm"))
      throw UsageError(
          "--clip bounds the weights of D, and spectral normalization divides its bound out again",
          "", "one of them without the other");
  }
  void after_update(Net& D) override { D.parameters.clamp_(-bound_, bound_); }

 private:
  const double bound_;
};

}  // namespace

void WeightClippingOptions::fields(FieldVisitor& v) {
  weight_field(v, "clip", clip, "bound of D's weights, clipped after each update; 0: off");
}

RegularizerPtr WeightClippingOptions::make(const RegularizerOptions& o, const AdversarialNets&) {
  return o.clip > 0 ? std::make_unique<WeightClipping>(o.clip) : nullptr;
}

}  // namespace gannet
