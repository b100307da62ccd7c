#include "gannet/training/options.h"

namespace gannet {

namespace {

void field_of_end(FieldVisitor& v, std::string_view name, double& value, std::string_view help,
                  double max) {
  v.field(name, value, {.help = help, .min = 0, .max = max, .automatic = true});
}

}  // namespace

void Options::penalties(FieldVisitor& v) {
  const auto weight = [&v](std::string_view name, double& value, std::string_view help) {
    v.field(name, value, {.help = help, .min = 0, .max = 1e6});
  };
  weight("r1", r1, "weight of R1, the squared slope of D at real samples; 0: off");
  weight("r2", r2, "weight of R2, the squared slope of D at generated samples; 0: off");
  v.field("gamma", gamma,
          {.help = "weight of R1, and in r3gan of R2 too; auto: what r1 and r2 say",
           .min = 0,
           .max = 1e6,
           .automatic = true});
  field_of_end(v, "gamma-end", gamma_end,
               "what --gamma moves to, R2 in proportion; auto: no change", 1e6);
  v.field("r1-every", r1_every,
          {.help = "R1 and R2 in every so-many-th step only, as many times as strong",
           .unit = "steps",
           .min = 1,
           .max = 1000});
  weight("gp", gp, "weight of WGAN-GP's penalty between real and generated samples; 0: off");
  weight("gp-target", gp_target, "the norm of D's slope that gp and dragan ask for");
  v.field("gp-one-sided", gp_one_sided, {.help = "gp and dragan punish only norms above it"});
  weight("dragan", dragan, "weight of DRAGAN's penalty around real samples; 0: off");
  weight("dragan-spread", dragan_spread, "standard deviation of DRAGAN's noise");
  weight("clip", clip, "largest size of D's weights, clipped after each update; 0: off");
}

void Options::networks(FieldVisitor& v) {
  v.field("nz", nz, {.help = "length of the latent z", .min = 1, .max = 65536});
  v.field("ngf", ngf,
          {.help = "width of the generator", .unit = "channels", .min = 1, .max = 8192});
  v.field("ndf", ndf,
          {.help = "width of the discriminator", .unit = "channels", .min = 1, .max = 8192});
}

void Options::game(FieldVisitor& v) {
  v.field("loss", loss,
          {.help = "the adversarial loss",
           .choices = {"ns", "minimax", "lsgan", "hinge", "wgan", "rpgan", "ragan"}});
  v.field("n-critic", n_critic,
          {.help = "discriminator updates in each step", .min = 1, .max = 100});
  v.field("n-gen", n_gen, {.help = "generator updates in each step", .min = 1, .max = 100});
  v.field("smooth", smooth,
          {.help = "label smoothing: D's target of real samples is 1 minus this",
           .min = 0,
           .max = 0.5});
  v.field("smooth-fake", smooth_fake,
          {.help = "two-sided smoothing: D's target of generated samples", .min = 0, .max = 0.5});
  v.field(
      "aug", aug,
      {.help = "DiffAugment of all that D sees: none, or some of color,translation,cutout,mirror "
               "joined by commas"});
  v.field("noise", noise,
          {.help = "standard deviation of the noise on all that D sees", .min = 0, .max = 10});
  field_of_end(v, "noise-end", noise_end, "what --noise moves to; auto: no change", 10);
  v.field("pack", pack,
          {.help = "samples that D judges together", .unit = "samples", .min = 1, .max = 64});
  v.field("pool", pool,
          {.help = "earlier generated samples that D is shown again, half of the time; 0: none",
           .unit = "samples",
           .min = 0,
           .max = 65536});
  v.field("mbstd", mbstd,
          {.help = "D sees how much groups of so many samples differ; 0: off",
           .unit = "samples",
           .min = 0,
           .max = 65536});
  v.field("topk", top_k,
          {.help = "share of its samples, D's favourites, that G learns from at the end of the "
                   "burn-in",
           .min = 0.01,
           .max = 1});
}

void Options::terms(FieldVisitor& v) {
  const auto weight = [&v](std::string_view name, double& value, std::string_view help) {
    v.field(name, value, {.help = help, .min = 0, .max = 1e6});
  };
  weight("class-weight", class_weight,
         "weight of the classes' term, where D says classes (acgan, --head classes)");
  weight("feature-matching", feature_matching,
         "weight of G's term for D's mean features of real and generated samples; 0: off");
  weight("lecam", lecam, "weight of LeCam's pull of D towards its own averages; 0: off");
  weight("cr", cr, "weight of D's consistency on moved and mirrored images; 0: off");
  weight("ortho", ortho, "weight of orthogonal regularisation of both nets; 0: off");
  weight("pl", pl, "weight of G's path length; 0: off");
  weight("gradient-ratio", gradient_ratio,
         "scales G's further terms until their gradient is so many times that of the adversarial "
         "loss; 0: fixed weights");
}

void Options::optimisers(FieldVisitor& v) {
  v.field("optimizer", optimizer,
          {.help = "the optimiser of all networks", .choices = {"adam", "sgd"}});
  v.field("lr", lr, {.help = "learning rate", .min = 0, .max = 10});
  v.field("b1", b1, {.help = "Adam's beta1", .min = 0, .max = 0.9999999});
  v.field("b2", b2, {.help = "Adam's beta2", .min = 0, .max = 0.9999999});
  v.field("momentum", momentum, {.help = "momentum of sgd", .min = 0, .max = 0.9999999});
}

void Options::rates(FieldVisitor& v) {
  v.field(
      "glr", glr,
      {.help = "learning rate of the generator; auto: lr", .min = 0, .max = 10, .automatic = true});
  v.field("dlr", dlr,
          {.help = "learning rate of the discriminator; auto: lr",
           .min = 0,
           .max = 10,
           .automatic = true});
}

void Options::schedules(FieldVisitor& v) {
  v.field("schedule", schedule,
          {.help = "how values move to their ends", .choices = {"cosine", "linear", "constant"}});
  v.field("burn-in", burn_in,
          {.help = "how long values move to their ends; auto: the whole run",
           .unit = "kimg",
           .min = 0,
           .max = 1e9,
           .automatic = true});
  field_of_end(v, "lr-end", lr_end,
               "what --lr moves to, --glr and --dlr in proportion; auto: no change", 10);
  field_of_end(v, "b2-end", b2_end, "what --b2 moves to; auto: no change", 0.9999999);
  field_of_end(v, "ema-end", ema_end, "what --ema moves to, in kimg; auto: no change", 1e6);
}

void Options::fields(FieldVisitor& v) {
  networks(v);
  game(v);
  terms(v);
  penalties(v);
  rates(v);
  optimisers(v);
  schedules(v);
  run(v);
}

void Options::fields_without_game(FieldVisitor& v) {
  networks(v);
  optimisers(v);
  schedules(v);
  run(v);
}

void Options::run(FieldVisitor& v) {
  v.field("seed", seed, {.help = "seed of every random draw of the run"});
  v.field("batch", batch, {.help = "samples in a step", .min = 1, .max = 65536});
  v.field("accumulate", accumulate,
          {.help = "rounds that a step's batch is split into, their gradients added up",
           .min = 1,
           .max = 4096});
  v.field("kimg", kimg,
          {.help = "length of the run: batch x steps / 1000",
           .unit = "thousand samples",
           .min = 0,
           .max = 1e9});
  v.field("tick", tick,
          {.help = "how often figures are reported", .unit = "kimg", .min = 1e-3, .max = 1e6});
  v.field("snap", snap,
          {.help = "how often networks, state and a grid are written",
           .unit = "ticks",
           .min = 1,
           .max = 1e9});
  v.field("ema", ema,
          {.help = "half-life of the generator's moving average; 0: none",
           .unit = "kimg",
           .min = 0,
           .max = 1e6});
  v.field("ema-rampup", ema_rampup,
          {.help = "the half-life is at most this share of the images seen; 0: no ramp-up",
           .min = 0,
           .max = 1});
  v.field("mirror", mirror, {.help = "flip images left-right with probability 1/2"});
}

}  // namespace gannet
