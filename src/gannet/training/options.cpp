#include "gannet/training/options.h"

namespace gannet {
namespace {

// A field "NAME-end".
void end_field(FieldVisitor& v, std::string_view name, double& value, std::string_view help,
               double max) {
  v.field(name, value, {.help = help, .min = 0, .max = max, .automatic = true});
}

void rate_field(FieldVisitor& v, std::string_view name, double& value, std::string_view help) {
  v.field(name, value, {.help = help, .min = 0, .max = 10, .automatic = true});
}

}  // namespace

void LatentOptions::fields(FieldVisitor& v) {
  v.field("nz", nz, {.help = "length of the latent vector z", .min = 1, .max = 65536});
}

void WidthOptions::fields(FieldVisitor& v) {
  v.field("ngf", ngf,
          {.help = "base width of the generator", .unit = "channels", .min = 1, .max = 8192});
  v.field("ndf", ndf,
          {.help = "base width of the discriminator", .unit = "channels", .min = 1, .max = 8192});
}

void LossOptions::fields(FieldVisitor& v) {
  v.field("loss", loss,
          {.help = "adversarial loss",
           .choices = {"ns", "minimax", "lsgan", "hinge", "wgan", "rpgan", "ragan"}});
  v.field("n-critic", n_critic,
          {.help = "discriminator updates per generator step", .min = 1, .max = 100});
  v.field("smooth", smooth,
          {.help = "one-sided label smoothing: target 1 - smooth for real samples",
           .min = 0,
           .max = 0.5});
  v.field(
      "smooth-fake", smooth_fake,
      {.help = "two-sided label smoothing: target for generated samples", .min = 0, .max = 0.5});
}

void AugmentOptions::fields(FieldVisitor& v) {
  v.field("aug", aug,
          {.help = "DiffAugment of the discriminator's input: none, or some of "
                   "color,translation,cutout,mirror joined by commas"});
  v.field("noise", noise,
          {.help = "standard deviation of instance noise on the discriminator's input",
           .min = 0,
           .max = 10});
  end_field(v, "noise-end", noise_end, "scheduled final value of noise; auto: constant", 10);
}

void DiscriminatorBatchOptions::fields(FieldVisitor& v) {
  v.field(
      "pack", pack,
      {.help = "PacGAN: samples per discriminator input", .unit = "samples", .min = 1, .max = 64});
  v.field("pool", pool,
          {.help = "size of the image pool: earlier fakes replace half of the new ones; 0: off",
           .unit = "samples",
           .min = 0,
           .max = 65536});
  v.field("mbstd", mbstd,
          {.help = "minibatch standard deviation layer: group size; 0: off",
           .unit = "samples",
           .min = 0,
           .max = 65536});
}

void GeneratorUpdateOptions::fields(FieldVisitor& v) {
  v.field("n-gen", n_gen, {.help = "generator updates per step", .min = 1, .max = 100});
  v.field("topk", top_k,
          {.help = "top-k training: final share of the batch, by D's logits, in the generator's "
                   "loss",
           .min = 0.01,
           .max = 1});
  v.field(
      "gradient-ratio", gradient_ratio,
      {.help = "gradient norm of the auxiliary losses relative to the adversarial loss; 0: fixed "
               "weights",
       .min = 0,
       .max = 1e6});
}

void NetRateOptions::fields(FieldVisitor& v) {
  rate_field(v, "glr", glr, "learning rate of the generator; auto: lr");
  rate_field(v, "dlr", dlr, "learning rate of the discriminator; auto: lr");
}

void OptimizerOptions::fields(FieldVisitor& v) {
  v.field("optimizer", optimizer,
          {.help = "optimizer of all networks", .choices = {"adam", "sgd"}});
  v.field("lr", lr, {.help = "learning rate", .min = 0, .max = 10});
  v.field("b1", b1, {.help = "beta1 of Adam", .min = 0, .max = 0.9999999});
  v.field("b2", b2, {.help = "beta2 of Adam", .min = 0, .max = 0.9999999});
  v.field("momentum", momentum, {.help = "momentum of SGD", .min = 0, .max = 0.9999999});
}

void ScheduleOptions::fields(FieldVisitor& v) {
  v.field("schedule", schedule,
          {.help = "schedule of all values with an end",
           .choices = {"cosine", "linear", "exponential", "constant"}});
  v.field("burn-in", burn_in,
          {.help = "length of the schedules; auto: the whole run",
           .unit = "kimg",
           .min = 0,
           .max = 1e9,
           .automatic = true});
  end_field(v, "lr-end", lr_end,
            "scheduled final value of lr, glr and dlr in proportion; auto: constant", 10);
  end_field(v, "b2-end", b2_end, "scheduled final value of b2; auto: constant", 0.9999999);
  end_field(v, "ema-end", ema_end, "scheduled final value of ema, in kimg; auto: constant", 1e6);
}

void TrainingOptions::fields(FieldVisitor& v) {
  v.field("seed", seed, {.help = "random seed of the run"});
  v.field("batch", batch, {.help = "batch size", .unit = "samples", .min = 1, .max = 65536});
  v.field("accumulate", accumulate,
          {.help = "gradient accumulation: rounds per batch", .min = 1, .max = 4096});
  v.field("kimg", kimg,
          {.help = "length of the run: batch x steps / 1000",
           .unit = "thousand samples",
           .min = 0,
           .max = 1e9});
  v.field("tick", tick,
          {.help = "interval of progress reports", .unit = "kimg", .min = 1e-3, .max = 1e6});
  v.field("snap", snap,
          {.help = "interval of snapshots: networks, training state and a sample grid",
           .unit = "ticks",
           .min = 1,
           .max = 1e9});
  v.field("ema", ema,
          {.help = "half-life of the generator's exponential moving average; 0: none",
           .unit = "kimg",
           .min = 0,
           .max = 1e6});
  v.field("ema-rampup", ema_rampup,
          {.help = "EMA ramp-up: half-life at most this share of the images seen; 0: off",
           .min = 0,
           .max = 1});
  v.field("mirror", mirror, {.help = "random horizontal flips of the data"});
  v.field("sync-bn", sync_bn,
          {.help = "several processes: batch norm takes the statistics of the whole batch; "
                   "--sync-bn=0: of each process' part (docs/scale.md)"});
  v.field(
      "precision", precision,
      {.help = "of convolutions and matrix products: f32; bf16, with float32 weights, losses and "
               "penalties; or tf32, a GPU's, which rounds inputs to 10 bits",
       .choices = {"f32", "bf16", "tf32"}});
}

void Options::fields(FieldVisitor& v) {
  LatentOptions::fields(v);
  WidthOptions::fields(v);
  adversarial_fields(v);
  training_fields(v);
}

void Options::adversarial_fields(FieldVisitor& v) {
  LossOptions::fields(v);
  GeneratorUpdateOptions::fields(v);
  AugmentOptions::fields(v);
  DiscriminatorBatchOptions::fields(v);
  regularizer_fields(v);
  NetRateOptions::fields(v);
}

void Options::training_fields(FieldVisitor& v) {
  OptimizerOptions::fields(v);
  ScheduleOptions::fields(v);
  TrainingOptions::fields(v);
}

}  // namespace gannet
