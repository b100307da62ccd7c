#include "gannet/losses/detail/regularizer_support.h"

#include <ATen/TensorOperators.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/losses/gradient_penalties.h"

namespace gannet {

void weight_field(FieldVisitor& v, std::string_view name, double& value, std::string_view help) {
  v.field(name, value, {.help = help, .min = 0, .max = 1e6});
}

bool has_layer(const Net& net, std::string_view kind) {
  return std::ranges::any_of(net.spec().nodes(),
                             [kind](const Node& n) { return n.layer && n.layer->kind() == kind; });
}

bool has_output(const Net& net, std::string_view name) {
  return net.spec().outputs().contains(name);
}

void check_gradients_per_sample(const Net& D) {
  if (has_layer(D, "batch_norm"))
    throw UsageError(
        "gradient penalties need a discriminator without batch normalization: it mixes the samples "
        "of a batch, and a penalty is on the gradient at each sample by itself",
        "", "--d-norm none, or a recipe whose D has no batch norm (vanilla, wgan-gp, r3gan)");
}

Tensor gradient_penalty_at(const Tensor& points, const DiscriminatorPass& pass, double target,
                           bool one_sided) {
  return gradient_penalty(pass.D.value_and_grad(points, pass.condition).grad, target, one_sided);
}

void update_average(const Tensor& average, const Tensor& now) {
  constexpr double decay = 0.99;
  average.lerp_(now.detach().to(average.options()), 1 - decay);
}

}  // namespace gannet
