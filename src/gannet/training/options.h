// The options of a run, in groups; each group lists its own fields. A recipe's struct derives from
// Options, sets its paper's values in its constructor and lists in fields() the groups that it has,
// and fields of its own.
#pragma once

#include <string>

#include "gannet/base/options.h"
#include "gannet/losses/regularizers.h"

namespace gannet {

struct LatentOptions {
  int64_t nz = 100;
  void fields(FieldVisitor& v);
};

struct WidthOptions {
  int64_t ngf = 64, ndf = 64;
  void fields(FieldVisitor& v);
};

struct LossOptions {
  std::string loss = "ns";
  int64_t n_critic = 1;
  double smooth = 0, smooth_fake = 0;  // label smoothing: targets are 1 - smooth and smooth_fake
  void fields(FieldVisitor& v);
};

// Augmentation of D's input.
struct AugmentOptions {
  std::string aug = "none";
  double noise = 0, noise_end = -1;  // instance noise; end: -1 is constant
  void fields(FieldVisitor& v);
};

// D's input beyond single samples of this step.
struct DiscriminatorBatchOptions {
  int64_t pack = 1, pool = 0, mbstd = 0;
  void fields(FieldVisitor& v);
};

struct GeneratorUpdateOptions {
  int64_t n_gen = 1;
  double top_k = 1, gradient_ratio = 0;  // 0: fixed weights of auxiliary losses
  void fields(FieldVisitor& v);
};

struct NetRateOptions {
  double glr = -1, dlr = -1;  // -1: lr
  void fields(FieldVisitor& v);
};

struct OptimizerOptions {
  std::string optimizer = "adam";
  double lr = 2e-4, b1 = 0.5, b2 = 0.999, momentum = 0;
  void fields(FieldVisitor& v);
};

struct ScheduleOptions {
  std::string schedule = "cosine";
  double burn_in = -1;                            // -1: the whole run
  double lr_end = -1, b2_end = -1, ema_end = -1;  // -1: constant
  void fields(FieldVisitor& v);
};

struct TrainingOptions {
  uint64_t seed = 0;
  int64_t batch = 64, accumulate = 1;
  double kimg = 500, tick = 1;
  int64_t snap = 25;
  double ema = 10, ema_rampup = 0.05;
  bool mirror = false, sync_bn = true;
  std::string precision = "f32";
  void fields(FieldVisitor& v);
};

struct Options : Fields,
                 LatentOptions,
                 WidthOptions,
                 LossOptions,
                 AugmentOptions,
                 DiscriminatorBatchOptions,
                 GeneratorUpdateOptions,
                 RegularizerOptions,
                 NetRateOptions,
                 OptimizerOptions,
                 ScheduleOptions,
                 TrainingOptions {
  // Weight of the adversarial loss in G's phase; 0: G learns from its content losses alone, and D
  // not at all. A field of recipes with content losses only.
  double gan_weight = 1;

  // All that a generator from a latent and a discriminator have.
  void fields(FieldVisitor& v) override;

  // Parts of it: of AdversarialObjective, and of any training.
  void adversarial_fields(FieldVisitor& v);
  void training_fields(FieldVisitor& v);

  double g_rate() const { return glr < 0 ? lr : glr; }
  double d_rate() const { return dlr < 0 ? lr : dlr; }
  bool has_ema() const { return ema > 0 || ema_end > 0; }  // keep a moving average of G
};

}  // namespace gannet
