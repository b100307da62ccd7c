// Path length regularization: a step of z moves every sample equally far.
#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>

#include <cmath>

#include "gannet/base/error.h"
#include "gannet/losses/detail/regularizer_support.h"
#include "gannet/losses/regularizers.h"
#include "gannet/tensor/process_group.h"

namespace gannet {

Tensor path_lengths(const Tensor& gradients) {
  return (gradients.flatten(1).square().sum(1) + 1e-12).sqrt();
}

Tensor path_length_penalty(const Tensor& lengths, const Tensor& average) {
  return (lengths - average).square().mean();
}

namespace {

class PathLength : public Regularizer {
 public:
  PathLength(double weight, const at::TensorOptions& tensor)
      : weight_(weight), average_(at::zeros({1}, tensor.dtype(at::kDouble))) {}

  void check(const AdversarialNets& nets) const override {
    if (nets.G.spec().nodes()[0].shape.size() != 1)
      throw UsageError(
          "--pl measures how the latent z moves the image, and this generator has no z", "",
          "leave it out");
    if (has_layer(nets.G, "batch_norm"))
      throw UsageError(
          "--pl needs a generator without batch normalization: it mixes the samples of a batch, "
          "and a path length is of each by itself",
          "", "--cfg vanilla or r3gan");
  }

  Terms g_loss(const GeneratorPass& pass) override {
    const Shape& shape = pass.G.spec().shape();
    const double pixels = static_cast<double>(count(shape) / shape[0]);
    const Tensor y = pass.draws.normal(Purpose::path_length_direction, shape) / std::sqrt(pixels);
    const Tensor lengths = path_lengths(pass.G.vjp(pass.draws.z(), y, pass.condition).grad);
    update_average(average_, all_mean(lengths.detach().mean().reshape({1}), pass.draws.group()));
    return {{"pl", weight_ * path_length_penalty(lengths, average_.to(lengths.options()))}};
  }
  std::map<std::string, Tensor*> state() override { return {{"path_length", &average_}}; }

 private:
  const double weight_;
  Tensor average_;  // [1]
};

}  // namespace

void PathLengthOptions::fields(FieldVisitor& v) {
  weight_field(v, "pl", pl, "weight of path length regularization of G; 0: off");
}

RegularizerPtr PathLengthOptions::make(const RegularizerOptions& o, const AdversarialNets& nets) {
  return o.pl > 0 ? std::make_unique<PathLength>(o.pl, nets.G.parameters.options()) : nullptr;
}

}  // namespace gannet
