// The options that every recipe has. A recipe's own struct derives from this, sets its paper's
// values in its constructor and adds fields of its own.
#pragma once

#include <string>

#include "gannet/base/options.h"

namespace gannet {

struct Options : Fields {
  // Networks.
  int64_t nz = 100, ngf = 64, ndf = 64;
  // The game.
  std::string loss = "ns";
  int64_t n_critic = 1;
  // Optimisers; glr and dlr: -1 is lr.
  std::string optimizer = "adam";
  double lr = 2e-4, glr = -1, dlr = -1, b1 = 0.5, b2 = 0.999, momentum = 0;
  // The run.
  uint64_t seed = 0;
  int64_t batch = 64, accumulate = 1;
  double kimg = 500, tick = 1;
  int64_t snap = 25;
  double ema = 10, ema_rampup = 0.05;
  bool mirror = false;

  void fields(FieldVisitor& v) override;

  double g_rate() const { return glr < 0 ? lr : glr; }
  double d_rate() const { return dlr < 0 ? lr : dlr; }
};

}  // namespace gannet
