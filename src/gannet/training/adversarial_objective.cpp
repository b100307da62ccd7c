#include "gannet/training/adversarial_objective.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>

#include "gannet/base/error.h"
#include "gannet/losses/gradient_penalties.h"
#include "gannet/losses/regularizers.h"
#include "gannet/training/option_checks.h"

namespace gannet {
namespace {

// Of Step::uniform and Step::noise, beside those of training/view.cpp.
constexpr uint32_t kBetweenCall = 15, kAroundCall = 14, kMovedCall = 14, kDirectionCall = 15;
constexpr double kAverage =
    0.99;  // a step's share in LeCam's and the path length's averages: 1 - this

bool has_output(const Net& net, std::string_view name) {
  return net.spec().outputs().contains(name);
}

// The shape of one of the samples that D is shown, of which it sees --pack at once.
Shape shown_shape(const Net& D, const Options& o) {
  Shape shape = D.spec().nodes()[0].shape;
  shape.at(0) /= o.pack;
  return shape;
}

// G's samples that D likes best (Sinha et al. 2020, arXiv:2002.06224, eq. 3).
Tensor favourites(const Tensor& logits, double share) {
  if (share >= 1) return logits;
  const Tensor all = logits.flatten();
  const auto k = static_cast<int64_t>(std::ceil(share * static_cast<double>(all.numel())));
  return std::get<0>(all.topk(k));
}

void follow(const Tensor& average, const Tensor& now) {
  average.lerp_(now.detach().to(average.options()), 1 - kAverage);
}

}  // namespace

AdversarialObjective::AdversarialObjective(Net& G, Net& D, const Options& options)
    : G_(G),
      D_(D),
      o_(options),
      d_input_(options, shown_shape(D, options), G.parameters.options()) {
  check_combination(G, D, options);
  const auto f64 = G.parameters.options().dtype(at::kDouble);
  if (o_.lecam > 0) lecam_ = at::zeros({2}, f64);
  if (o_.pl > 0) path_length_ = at::zeros({1}, f64);
}

std::map<std::string, Tensor*> AdversarialObjective::state() {
  std::map<std::string, Tensor*> all = d_input_.state();
  if (lecam_.defined()) all["lecam"] = &lecam_;
  if (path_length_.defined()) all["path_length"] = &path_length_;
  return all;
}

bool AdversarialObjective::lazy() const { return o_.r1_every > 1; }

Condition AdversarialObjective::given(const Batch& batch, Step& step) const {
  return condition ? condition(batch, step) : batch.cond;
}

Tensor AdversarialObjective::fakes(const Batch& batch, Step& step) {
  return step.fakes({&G_},
                    [&] { return make ? make(batch) : Tensor(G_(step.z(), given(batch, step))); });
}

Tensor AdversarialObjective::seen(const Tensor& samples, const Batch& batch) const {
  return shown ? shown(samples, batch) : samples;
}

Outputs AdversarialObjective::said_of(const Tensor& samples, const Condition& condition, Side side,
                                      const Batch& batch, Step& step) {
  return D_(d_input_(seen(samples, batch), side, step), condition);
}

AdversarialObjective::Judged AdversarialObjective::judge(const Tensor& x,
                                                         const Condition& condition,
                                                         bool with_grad) {
  if (!with_grad) return {D_(x, condition), {}};
  const Net::ValueAndGrad at = D_.value_and_grad(x, condition);
  // Outputs besides the logit are not part of the slope's pass.
  Outputs said = D_.spec().outputs().empty() ? Outputs{at.value, {}} : D_(x, condition);
  said.main = at.value;
  return {said, at.grad};
}

Terms AdversarialObjective::zero_centered(const Tensor& real, const Tensor& fake,
                                          double times) const {
  Terms terms;
  if (real.defined()) terms += {{"r1", times * o_.r1_weight() * zero_centered_penalty(real)}};
  if (fake.defined()) terms += {{"r2", times * o_.r2 * zero_centered_penalty(fake)}};
  return terms;
}

Terms AdversarialObjective::towards_target(const Tensor& real, const Tensor& fake,
                                           const Condition& condition, Step& step) {
  Terms terms;
  const int64_t n = real.size(0);
  const auto add = [&](const char* name, double weight, const Tensor& points) {
    const Tensor slope = D_.value_and_grad(points, condition).grad;
    terms += {{name, weight * gradient_penalty(slope, o_.gp_target, o_.gp_one_sided)}};
  };
  if (o_.gp > 0)
    add("gp", o_.gp, points_between(real, fake, step.uniform({1}, kBetweenCall).slice(0, 0, n)));
  if (o_.dragan > 0) {
    const Shape shape(real.sizes().begin() + 1, real.sizes().end());
    add("dragan", o_.dragan,
        points_around(real, step.noise(shape, kAroundCall).slice(0, 0, n), o_.dragan_spread));
  }
  return terms;
}

Terms AdversarialObjective::d_terms(const Batch& batch, Step& step) {
  const Condition cond = given(batch, step);
  const Tensor made = d_input_.recalled(seen(fakes(batch, step).detach(), batch), step);
  const Tensor x_real = d_input_(seen(batch.real, batch), Side::real, step);
  const Tensor x_fake = d_input_(made, Side::fake, step);
  const Judged real = judge(x_real, cond, !lazy() && o_.r1_weight() > 0);
  const Judged fake = judge(x_fake, cond, !lazy() && o_.r2 > 0);
  const Logits logits{.real = real.said.main, .fake = fake.said.main};
  step.log_scalar("D(x)", logits.real.detach().sigmoid().mean());
  step.log_scalar("D(G(z))", logits.fake.detach().sigmoid().mean());
  Terms terms{
      {"D", adversarial_loss(o_.loss).d(logits, {.real = 1 - o_.smooth, .fake = o_.smooth_fake})}};
  terms += zero_centered(real.grad, fake.grad, step.scheduled().penalty);
  terms += towards_target(x_real, x_fake, cond, step);
  return terms += further_d(real, fake, x_real, batch, step);
}

Terms AdversarialObjective::further_d(const Judged& real, const Judged& fake, const Tensor& x_real,
                                      const Batch& batch, Step& step) {
  Terms terms;
  if (has_output(D_, "classes")) {
    const Tensor both = class_loss(real.said["classes"], batch.cond.labels) +
                        class_loss(fake.said["classes"], batch.cond.labels);
    terms += {{"D_class", o_.class_weight * both}};
  }
  if (has_output(D_, "attributes"))
    terms += {{"D_class",
               o_.class_weight * attribute_loss(real.said["attributes"], batch.cond.attributes)}};
  if (information) terms += {{"D_info", information(fake.said, step)}};
  if (o_.lecam > 0) {
    const Logits logits{.real = real.said.main, .fake = fake.said.main};
    follow(lecam_, at::stack({logits.real.mean(), logits.fake.mean()}));
    const Tensor means = lecam_.to(logits.real.options());
    terms += {{"lecam", o_.lecam * lecam_penalty(logits, means[0], means[1])}};
  }
  if (o_.cr > 0) {
    const Tensor moved =
        augment(x_real, {.translation = true, .mirror = true},
                  step.uniform({kAugmentDraws}, kMovedCall).slice(0, 0, x_real.size(0)));
    terms += {{"cr", o_.cr * consistency_penalty(real.said.main, D_(moved, batch.cond))}};
  }
  if (o_.ortho > 0) terms += {{"D_ortho", o_.ortho * orthogonality(D_.weights())}};
  return terms;
}

// r1_every steps' worth of R1 and R2 at once.
Terms AdversarialObjective::lazy_terms(const Batch& batch, Step& step) {
  const Condition cond = given(batch, step);
  Tensor real, fake;
  if (o_.r1_weight() > 0)
    real = D_.value_and_grad(d_input_(seen(batch.real, batch), Side::real, step), cond).grad;
  if (o_.r2 > 0)
    fake = D_.value_and_grad(d_input_(seen(fakes(batch, step).detach(), batch), Side::fake, step),
                             cond)
               .grad;
  return zero_centered(real, fake, step.scheduled().penalty * static_cast<double>(o_.r1_every));
}

Terms AdversarialObjective::g_terms(const Batch& batch, Step& step) {
  const AdversarialLoss& loss = adversarial_loss(o_.loss);
  const Condition cond = given(batch, step);
  const Tensor made = fakes(batch, step);
  Outputs real, fake;
  Terms terms;
  if (o_.gan_weight > 0) {
    fake = said_of(made, cond, Side::fake, batch, step);
    if (loss.g_needs_real || o_.feature_matching > 0)
      real = said_of(batch.real, cond, Side::real, batch, step);
    terms = {{"G", o_.gan_weight * loss.g({.real = real.main,
                                           .fake = favourites(fake.main, step.scheduled().top)})}};
  }
  Terms further = further_g(made, real, fake, batch, step);
  if (o_.gradient_ratio > 0 && !further.named.empty() && !terms.named.empty()) {
    Tensor sum;
    for (const auto& [name, value] : further.named) sum = sum.defined() ? sum + value : value;
    const Tensor factor = gradient_scale(sum, terms.named[0].second, made, o_.gradient_ratio);
    for (auto& [name, value] : further.named) value = value * factor;
  }
  terms += further;
  if (o_.pl > 0) terms += path_length(cond, step);
  if (o_.ortho > 0) terms += {{"G_ortho", o_.ortho * orthogonality(G_.weights())}};
  return terms;
}

// What G learns from D's further outputs.
Terms AdversarialObjective::further_g(const Tensor& made, const Outputs& real, const Outputs& fake,
                                      const Batch& batch, Step& step) {
  Terms terms;
  if (content) terms += content(made, batch);
  if (o_.gan_weight <= 0) return terms;
  if (has_output(D_, "classes"))
    terms += {{"G_class", o_.class_weight * class_loss(fake["classes"], batch.cond.labels)}};
  if (has_output(D_, "attributes"))
    terms +=
        {{"G_class", o_.class_weight * attribute_loss(fake["attributes"], batch.cond.attributes)}};
  if (o_.feature_matching > 0)
    terms += {{"features", o_.feature_matching *
                               feature_matching(real["features"].detach(), fake["features"])}};
  if (information) terms += {{"G_info", information(fake, step)}};
  return terms;
}

Terms AdversarialObjective::path_length(const Condition& condition, Step& step) {
  const Shape& shape = G_.spec().shape();
  const double pixels = static_cast<double>(count(shape) / shape[0]);
  const Tensor direction = step.noise(shape, kDirectionCall) / std::sqrt(pixels);
  const Tensor lengths = path_lengths(G_.vjp(step.z(), direction, condition).grad);
  follow(path_length_, lengths.mean().reshape({1}));
  return {{"pl", o_.pl * path_length_penalty(lengths, path_length_.to(lengths.options()))}};
}

std::vector<Phase> AdversarialObjective::phases() {
  std::function<void()> clip;
  if (o_.clip > 0) clip = [this] { clip_weights(D_.parameters, o_.clip); };
  std::vector<Phase> phases{
      {.name = "D",
       .nets = {D_.name()},
       .loss = [this](const Batch& b, Step& step) { return d_terms(b, step); },
       .repeat = o_.n_critic,
       .after = clip},
      {.name = "G",
       .nets = {G_.name()},
       .loss = [this](const Batch& b, Step& step) { return g_terms(b, step); },
       .repeat = o_.n_gen,
       .resample = adversarial_loss(o_.loss).g_needs_real}};
  if (o_.gan_weight <= 0) {
    phases.erase(phases.begin());
    return phases;
  }
  if (lazy() && (o_.r1_weight() > 0 || o_.r2 > 0))
    phases.insert(phases.begin() + 1,
                  {.name = "D_lazy",
                   .nets = {D_.name()},
                   .loss = [this](const Batch& b, Step& step) { return lazy_terms(b, step); },
                   .every = o_.r1_every,
                   .after = clip});
  return phases;
}

AdversarialGan::AdversarialGan(NetSpec generator, NetSpec discriminator, const Options& options,
                               const Setup& setup)
    : Gan(setup),
      options_(options),
      G_(add(std::move(generator), {.lr = options.g_rate(), .ema = options.has_ema()})),
      D_(add(std::move(discriminator),
             {.lr = options.d_rate(), .lazy_reg_ratio = options.d_lazy_reg_ratio()})),
      objective_(G_, D_, options_) {}

}  // namespace gannet
