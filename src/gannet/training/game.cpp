#include "gannet/training/game.h"

#include <ATen/TensorOperators.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/losses/adversarial.h"
#include "gannet/losses/penalties.h"
#include "gannet/training/step.h"

namespace gannet {
namespace {

constexpr uint32_t kBetweenCall = 15, kAroundCall = 14;  // of Step::uniform and Step::noise

bool has_layer(const Net& net, std::string_view kind) {
  return std::ranges::any_of(net.spec().nodes(),
                             [kind](const Node& n) { return n.layer && n.layer->kind() == kind; });
}

void check_combination(const Net& D, const Options& o) {
  const bool slopes = o.r1_weight() > 0 || o.r2 > 0 || o.gp > 0 || o.dragan > 0;
  if (slopes && has_layer(D, "norm"))
    throw UsageError(
        "gradient penalties need a discriminator without batch normalisation: it mixes the samples "
        "of a batch, and a penalty is on the slope at each sample by itself",
        "", "--d-norm none, or a recipe whose D has no batch norm (vanilla, wgan-gp, r3gan)");
  if (o.clip > 0 && has_layer(D, "spectral"))
    throw UsageError(
        "--clip bounds the weights of D, and spectral normalisation divides its bound out again",
        "", "one of them without the other");
}

// What D says of x, and its slope there where a penalty wants one.
Net::Sloped look(Net& D, const Tensor& x, const Condition& condition, bool with_slope) {
  if (with_slope) return D.with_slope(x, {}, condition);
  return {D(x, condition), {}};
}

Terms zero_centered(const Tensor& real, const Tensor& fake, const Options& o, double times) {
  Terms terms;
  if (real.defined()) terms += {{"r1", times * o.r1_weight() * zero_centered_penalty(real)}};
  if (fake.defined()) terms += {{"r2", times * o.r2 * zero_centered_penalty(fake)}};
  return terms;
}

Terms towards_target(Net& D, const Batch& batch, const Tensor& fakes, Step& step,
                     const Options& o) {
  Terms terms;
  const auto add = [&](const char* name, double weight, const Tensor& points) {
    const Tensor slope = D.with_slope(points, {}, batch.cond).slope;
    terms += {{name, weight * gradient_penalty(slope, o.gp_target, o.gp_one_sided)}};
  };
  if (o.gp > 0) add("gp", o.gp, points_between(batch.real, fakes, step.uniform({1}, kBetweenCall)));
  if (o.dragan > 0) {
    const Shape shape(batch.real.sizes().begin() + 1, batch.real.sizes().end());
    add("dragan", o.dragan,
        points_around(batch.real, step.noise(shape, kAroundCall), o.dragan_spread));
  }
  return terms;
}

Terms d_terms(Net& G, Net& D, const Batch& batch, Step& step, const Options& o) {
  const bool lazy = o.r1_every > 1;
  const Tensor fakes = step.fakes(G).detach();
  const auto real = look(D, batch.real, batch.cond, !lazy && o.r1_weight() > 0);
  const auto fake = look(D, fakes, batch.cond, !lazy && o.r2 > 0);
  step.watch("D(x)", real.y.detach().sigmoid().mean());
  step.watch("D(G(z))", fake.y.detach().sigmoid().mean());
  Terms terms{{"D", adversarial_loss(o.loss).d({.real = real.y, .fake = fake.y})}};
  terms += zero_centered(real.slope, fake.slope, o, 1);
  return terms += towards_target(D, batch, fakes, step, o);
}

// r1_every steps' worth of R1 and R2 at once.
Terms lazy_terms(Net& G, Net& D, const Batch& batch, Step& step, const Options& o) {
  Tensor real, fake;
  if (o.r1_weight() > 0) real = D.with_slope(batch.real, {}, batch.cond).slope;
  if (o.r2 > 0) fake = D.with_slope(step.fakes(G).detach(), {}, batch.cond).slope;
  return zero_centered(real, fake, o, static_cast<double>(o.r1_every));
}

}  // namespace

std::vector<Phase> adversarial_phases(Net& G, Net& D, const Options& options) {
  check_combination(D, options);
  const AdversarialLoss& loss = adversarial_loss(options.loss);
  const Options* o = &options;
  std::function<void()> clip;
  if (options.clip > 0) clip = [&D, o] { clip_weights(D.parameters, o->clip); };

  std::vector<Phase> phases{
      {.name = "D",
       .nets = {D.name()},
       .loss = [&G, &D, o](const Batch& b, Step& step) { return d_terms(G, D, b, step, *o); },
       .repeat = options.n_critic,
       .after = clip},
      {.name = "G",
       .nets = {G.name()},
       .loss =
           [&](const Batch& batch, Step& step) {
             const Tensor real = loss.g_needs_real ? D(batch.real, batch.cond) : Tensor();
             return Terms{{"G", loss.g({.real = real, .fake = D(step.fakes(G), batch.cond)})}};
           },
       .fresh = loss.g_needs_real}};
  if (options.r1_every > 1 && (options.r1_weight() > 0 || options.r2 > 0))
    phases.insert(
        phases.begin() + 1,
        {.name = "D_lazy",
         .nets = {D.name()},
         .loss = [&G, &D, o](const Batch& b, Step& step) { return lazy_terms(G, D, b, step, *o); },
         .every = options.r1_every,
         .after = clip});
  return phases;
}

AdversarialGan::AdversarialGan(NetSpec generator, NetSpec discriminator, const Options& options,
                               const Setup& setup)
    : Gan(setup),
      options_(options),
      G_(add(std::move(generator), {.lr = options.g_rate(), .averaged = options.ema > 0})),
      D_(add(std::move(discriminator), {.lr = options.d_rate(), .share = options.d_share()})) {}

}  // namespace gannet
