#include "gannet/training/adversarial_objective.h"

#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "gannet/losses/auxiliary.h"
#include "gannet/losses/regularizer.h"
#include "gannet/tensor/process_group.h"
#include "gannet/training/optimizer.h"
#include "gannet/training/option_checks.h"

namespace gannet {
namespace {

// The shape of one of the samples in D's input, of which there are --pack side by side.
Shape sample_shape(const Net& D, const Options& o) {
  Shape shape = D.spec().nodes()[0].shape;
  shape.at(0) /= o.pack;
  return shape;
}

Tensor sum(const Terms& terms) {
  Tensor total;
  for (const auto& [name, value] : terms.named) total = total.defined() ? total + value : value;
  return total;
}

// D(x), and where wanted dD/dx.
std::pair<Outputs, Tensor> outputs_and_grad(Net& D, const Tensor& x, const Condition& condition,
                                            bool with_grad) {
  if (!with_grad) return {D(x, condition), {}};
  const Net::ValueAndGrad at = D.value_and_grad(x, condition);
  // Outputs besides the logit are not part of the gradient's pass.
  Outputs outputs = D.spec().outputs().empty() ? Outputs{at.value, {}} : D(x, condition);
  outputs.main = at.value;
  return {outputs, at.grad};
}

}  // namespace

Logits AdversarialObjective::BatchLoss::whole(const Logits& part) const {
  const ProcessGroup* group = D_.mode().group;
  if (group == nullptr || !loss_.mixes_samples) return part;
  return {.real = all_gather(part.real, group), .fake = all_gather(part.fake, group)};
}

// The largest logits (Sinha et al. 2020, arXiv:2002.06224, eq. 3), of the whole batch.
Tensor AdversarialObjective::top_k(const Tensor& logits, double share) const {
  if (share >= 1) return logits;
  const Tensor all = all_gather(logits, D_.mode().group).flatten();
  const auto k = static_cast<int64_t>(std::ceil(share * static_cast<double>(all.numel())));
  return std::get<0>(all.topk(k));
}

AdversarialObjective::AdversarialObjective(Net& G, Net& D, const Options& options)
    : options_(options),
      G_(G),
      D_(D),
      loss_(adversarial_loss(options.loss), D),
      d_input_(options_, sample_shape(D, options), G.parameters.options()),
      regularizers_(make_regularizers(options, {.G = G, .D = D, .pack = options.pack})) {
  check_combination(D, options);
}

// D minimizes the adversarial loss plus its regularizers.
Terms AdversarialObjective::discriminator_loss(const Batch& batch, Step& step) {
  const Condition cond = condition(batch, step);
  const DiscriminatorPass pass = run_D(batch, cond, step);
  const Logits logits{.real = pass.real.main, .fake = pass.fake.main};
  step.log_scalar("D(x)", logits.real.detach().sigmoid().mean());
  step.log_scalar("D(G(z))", logits.fake.detach().sigmoid().mean());

  const Targets targets{.real = 1 - options_.smooth, .fake = options_.smooth_fake};
  Terms terms{{"D", loss_.d(logits, targets)}};
  for (const RegularizerPtr& regularizer : regularizers_)
    if (regularizer->interval() == 1) terms += regularizer->d_loss(pass);
  if (const Tensor penalty = mutual_information_penalty(pass.fake, step); penalty.defined())
    terms += {{"D_info", penalty}};
  return terms;
}

// G minimizes the adversarial loss plus auxiliary losses, which --gradient-ratio scales, plus its
// regularizers.
Terms AdversarialObjective::generator_loss(const Batch& batch, Step& step) {
  const Condition cond = condition(batch, step);
  const GeneratorPass pass = run_G(batch, cond, step);
  Terms terms = adversarial_g_loss(pass, step);
  Terms auxiliary = content_losses(pass.fakes, batch);
  auxiliary += auxiliary_g_losses(pass, step);

  if (options_.gradient_ratio > 0 && !auxiliary.named.empty() && !terms.named.empty()) {
    const Tensor factor = gradient_ratio_factor(sum(auxiliary), terms.named[0].second, pass.fakes,
                                                options_.gradient_ratio, step.group());
    for (auto& [name, value] : auxiliary.named) value = value * factor;
  }
  terms += auxiliary;
  for (const RegularizerPtr& regularizer : regularizers_)
    if (!regularizer->auxiliary()) terms += regularizer->g_loss(pass);
  return terms;
}

Terms AdversarialObjective::adversarial_g_loss(const GeneratorPass& pass, Step& step) const {
  if (options_.gan_weight <= 0) return {};
  const Logits logits{.real = pass.real.main, .fake = top_k(pass.fake.main, step.top_k())};
  return {{"G", options_.gan_weight * loss_.g(logits)}};
}

Terms AdversarialObjective::auxiliary_g_losses(const GeneratorPass& pass, Step& step) {
  Terms terms;
  if (options_.gan_weight <= 0) return terms;
  for (const RegularizerPtr& regularizer : regularizers_)
    if (regularizer->auxiliary()) terms += regularizer->g_loss(pass);
  if (const Tensor penalty = mutual_information_penalty(pass.fake, step); penalty.defined())
    terms += {{"G_info", penalty}};
  return terms;
}

Terms AdversarialObjective::lazy_regularization(Regularizer& regularizer, const Batch& batch,
                                                Step& step) {
  const Condition cond = condition(batch, step);
  const Regularizer::Needs needs = regularizer.needs();
  DiscriminatorPass pass = empty_pass(batch, cond, step);
  if (needs.grad_real) {
    pass.x_real = augment(batch.real, Side::real, batch, step);
    pass.grad_real = D_.value_and_grad(pass.x_real, cond).grad;
  }
  if (needs.grad_fake) {
    pass.x_fake = augment(fakes(batch, step).detach(), Side::fake, batch, step);
    pass.grad_fake = D_.value_and_grad(pass.x_fake, cond).grad;
  }
  return regularizer.d_loss(pass);
}

DiscriminatorPass AdversarialObjective::empty_pass(const Batch& batch, const Condition& condition,
                                                   Step& step) const {
  return {
      .D = D_, .batch = batch, .condition = condition, .draws = step, .r1_scale = step.r1_scale()};
}

DiscriminatorPass AdversarialObjective::run_D(const Batch& batch, const Condition& condition,
                                              Step& step) {
  DiscriminatorPass pass = empty_pass(batch, condition, step);
  const Tensor generated = discriminator_input(fakes(batch, step).detach(), batch);
  const Tensor pooled = d_input_.sample_from_pool(generated, step);
  pass.x_real = augment(batch.real, Side::real, batch, step);
  pass.x_fake = d_input_(pooled, Side::fake, step);
  const Regularizer::Needs needs = this->needs();
  std::tie(pass.real, pass.grad_real) =
      outputs_and_grad(D_, pass.x_real, condition, needs.grad_real);
  std::tie(pass.fake, pass.grad_fake) =
      outputs_and_grad(D_, pass.x_fake, condition, needs.grad_fake);
  return pass;
}

GeneratorPass AdversarialObjective::run_G(const Batch& batch, const Condition& condition,
                                          Step& step) {
  GeneratorPass pass{
      .G = G_, .batch = batch, .condition = condition, .draws = step, .fakes = fakes(batch, step)};
  if (options_.gan_weight <= 0) return pass;
  pass.fake = D_(augment(pass.fakes, Side::fake, batch, step), condition);
  if (loss_.g_needs_real || needs().real_in_g)
    pass.real = D_(augment(batch.real, Side::real, batch, step), condition);
  return pass;
}

Tensor AdversarialObjective::fakes(const Batch& batch, Step& step) {
  return step.fakes({&G_}, [&] { return generate(batch, step); });
}

Tensor AdversarialObjective::augment(const Tensor& samples, Side side, const Batch& batch,
                                     Step& step) {
  return d_input_(discriminator_input(samples, batch), side, step);
}

Regularizer::Needs AdversarialObjective::needs() const {
  Regularizer::Needs all;
  for (const RegularizerPtr& regularizer : regularizers_) {
    if (regularizer->interval() > 1) continue;
    const Regularizer::Needs each = regularizer->needs();
    all.grad_real |= each.grad_real;
    all.grad_fake |= each.grad_fake;
    all.real_in_g |= each.real_in_g;
  }
  return all;
}

Condition AdversarialObjective::condition(const Batch& batch, Step&) { return batch.cond; }

Tensor AdversarialObjective::generate(const Batch& batch, Step& step) {
  return G_(step.z(), condition(batch, step));
}

Tensor AdversarialObjective::discriminator_input(const Tensor& samples, const Batch&) {
  return samples;
}

Terms AdversarialObjective::content_losses(const Tensor&, const Batch&) { return {}; }

Tensor AdversarialObjective::mutual_information_penalty(const Outputs&, Step&) { return {}; }

std::vector<Phase> AdversarialObjective::phases() {
  const auto after_d_update = [this] {
    for (const RegularizerPtr& regularizer : regularizers_) regularizer->after_update(D_);
  };
  const Phase g{.name = "G",
                .nets = {G_.name()},
                .loss = [this](const Batch& b, Step& step) { return generator_loss(b, step); },
                .repeat = options_.n_gen,
                .resample = loss_.g_needs_real};
  if (options_.gan_weight <= 0) return {g};
  std::vector<Phase> phases{
      {.name = "D",
       .nets = {D_.name()},
       .loss = [this](const Batch& b, Step& step) { return discriminator_loss(b, step); },
       .repeat = options_.n_critic,
       .after = after_d_update}};
  for (const RegularizerPtr& lazy : regularizers_)
    if (lazy->interval() > 1)
      phases.push_back({.name = "D_lazy",
                        .nets = {D_.name()},
                        .loss =
                            [this, &regularizer = *lazy](const Batch& b, Step& step) {
                              return lazy_regularization(regularizer, b, step);
                            },
                        .every = lazy->interval(),
                        .after = after_d_update});
  phases.push_back(g);
  return phases;
}

double AdversarialObjective::d_lazy_reg_ratio() const {
  std::vector<int64_t> intervals;
  for (const RegularizerPtr& regularizer : regularizers_)
    if (regularizer->interval() > 1) intervals.push_back(regularizer->interval());
  return lazy_reg_ratio(options_.n_critic, intervals);
}

bool AdversarialObjective::has_auxiliary_loss() const {
  return std::ranges::any_of(regularizers_, [](const auto& each) { return each->auxiliary(); });
}

std::vector<std::string> AdversarialObjective::warnings() const {
  if (options_.gradient_ratio <= 0 || has_auxiliary_loss()) return {};
  return {"--gradient-ratio: G has no auxiliary loss to scale"};
}

std::map<std::string, Tensor*> AdversarialObjective::state() {
  std::map<std::string, Tensor*> all = d_input_.state();
  for (const RegularizerPtr& regularizer : regularizers_) all.merge(regularizer->state());
  return all;
}

// Braces: the generator is added first.
AdversarialGan::AdversarialGan(NetSpec generator, NetSpec discriminator, const Options& options,
                               const Setup& setup)
    : Gan(setup),
      AdversarialObjective{
          add(std::move(generator), {.lr = options.g_rate(), .ema = options.has_ema()}),
          add(std::move(discriminator), {.lr = options.d_rate()}), options} {
  set_lazy_reg_ratio(D_, d_lazy_reg_ratio());
}

}  // namespace gannet
