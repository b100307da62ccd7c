// Orthogonal regularization of the weights of D and of G.
#include <ATen/TensorOperators.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/mm.h>

#include "gannet/base/error.h"
#include "gannet/losses/detail/regularizer_support.h"
#include "gannet/losses/regularizers.h"

namespace gannet {

Tensor orthogonal_regularization(std::span<const Tensor> weights) {
  Tensor sum;
  for (const Tensor& weight : weights) {
    if (weight.dim() < 2) continue;
    const Tensor rows = weight.flatten(1);
    const Tensor gram = at::mm(rows, rows.t());
    const Tensor off_diagonal = gram * (1 - at::eye(gram.size(0), gram.options()));
    const Tensor squares = off_diagonal.square().sum();
    sum = sum.defined() ? sum + squares : squares;
  }
  if (!sum.defined()) throw Error("a net without matrices has nothing to be orthogonal", "--ortho");
  return sum;
}

namespace {

class Orthogonal : public Regularizer {
 public:
  explicit Orthogonal(double weight) : weight_(weight) {}

  Terms d_loss(const DiscriminatorPass& pass) override {
    return {{"D_ortho", weight_ * orthogonal_regularization(pass.D.weights())}};
  }
  Terms g_loss(const GeneratorPass& pass) override {
    return {{"G_ortho", weight_ * orthogonal_regularization(pass.G.weights())}};
  }

 private:
  const double weight_;
};

}  // namespace

void OrthogonalOptions::fields(FieldVisitor& v) {
  weight_field(v, "ortho", ortho, "weight of orthogonal regularization of both networks; 0: off");
}

RegularizerPtr OrthogonalOptions::make(const RegularizerOptions& o, const AdversarialNets&) {
  return o.ortho > 0 ? std::make_unique<Orthogonal>(o.ortho) : nullptr;
}

}  // namespace gannet
