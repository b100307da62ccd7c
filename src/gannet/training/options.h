// The options that every recipe has. A recipe's own struct derives from this, sets its paper's
// values in its constructor and adds fields of its own.
#pragma once

#include <string>

#include "gannet/base/options.h"

namespace gannet {

struct Options : Fields {
  // Networks.
  int64_t nz = 100, ngf = 64, ndf = 64, mbstd = 0;
  // The game.
  std::string loss = "ns";
  int64_t n_critic = 1, n_gen = 1;
  double smooth = 0, smooth_fake = 0;  // label smoothing: real is 1 - smooth, fake is smooth_fake
  // What D is shown.
  std::string aug = "none";
  double noise = 0;
  int64_t pack = 1, pool = 0;
  // Further terms, by weight; 0: off. gradient_ratio: 0 is fixed weights.
  double class_weight = 1, feature_matching = 0, lecam = 0, cr = 0, ortho = 0, pl = 0;
  double gradient_ratio = 0, top_k = 1;
  // Of the adversarial loss in G's phase; 0: G learns from its further terms alone, and D not at
  // all. A field of those recipes only that have such terms.
  double gan_weight = 1;
  // Penalties on D, 0: off; gamma: -1 is what r1 and r2 say.
  double r1 = 0, r2 = 0, gamma = -1;
  int64_t r1_every = 1;
  double gp = 0, gp_target = 1;
  bool gp_one_sided = false;
  double dragan = 0, dragan_spread = 0.5, clip = 0;
  // Optimisers; glr and dlr: -1 is lr.
  std::string optimizer = "adam";
  double lr = 2e-4, glr = -1, dlr = -1, b1 = 0.5, b2 = 0.999, momentum = 0;
  // Schedules; -1: the whole run, and no change.
  std::string schedule = "cosine";
  double burn_in = -1, lr_end = -1, gamma_end = -1, b2_end = -1, ema_end = -1, noise_end = -1;
  // The run.
  uint64_t seed = 0;
  int64_t batch = 64, accumulate = 1;
  double kimg = 500, tick = 1;
  int64_t snap = 25;
  double ema = 10, ema_rampup = 0.05;
  bool mirror = false;

  void fields(FieldVisitor& v) override;
  // Of recipes that do not play the ordinary game (game.h), whose rules they must not offer; with
  // networks of several rates they add rates().
  void fields_without_game(FieldVisitor& v);

  // The parts of fields().
  void networks(FieldVisitor& v);
  void game(FieldVisitor& v);
  void terms(FieldVisitor& v);
  void penalties(FieldVisitor& v);
  void optimisers(FieldVisitor& v);
  void rates(FieldVisitor& v);  // of G and of D
  void schedules(FieldVisitor& v);
  void run(FieldVisitor& v);

  double g_rate() const { return glr < 0 ? lr : glr; }
  double d_rate() const { return dlr < 0 ? lr : dlr; }
  // D's NetUse::lazy_reg_ratio: n_critic updates a step, and one more for a lazy penalty in each
  // r1_every.
  double d_lazy_reg_ratio() const {
    const double main = static_cast<double>(n_critic * r1_every);
    return r1_every > 1 && (r1_weight() > 0 || r2 > 0) ? main / (main + 1) : 1;
  }
  double r1_weight() const { return gamma < 0 ? r1 : gamma; }
  bool has_ema() const { return ema > 0 || ema_end > 0; }  // keep a moving average of G
};

}  // namespace gannet
