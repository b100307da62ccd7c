// Optimisers over a net's flat buffers: one pass a net and step.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gannet/nn/net.h"
#include "gannet/training/schedule.h"

namespace gannet {

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  virtual void step(const ScheduledValues& scheduled) = 0;  // moves net.parameters by net.gradients
  // Flat buffers laid out like the parameters, by name ("adam_m", "adam_v", "momentum"): with
  // steps(), all its state.
  virtual std::vector<std::pair<std::string, Tensor>> moments() = 0;

  int64_t steps() const { return steps_; }
  void set_steps(int64_t steps) { steps_ = steps; }

 protected:
  int64_t steps_ = 0;
};

// Adam (Kingma & Ba 2014, arXiv:1412.6980, algorithm 1, epsilon 1e-8) or SGD with momentum as in
// PyTorch (Sutskever et al. 2013 without dampening), by options.optimizer. Where only a share of
// the updates is the main loss's and the rest a lazy penalty's, lr is multiplied by that share and
// betas and momentum raised to it, so that a step moves and forgets as much as without the
// penalty's updates (Karras et al. 2019, arXiv:1912.04958, appendix B).
std::unique_ptr<Optimizer> make_optimizer(Net& net, double lr, const Options& options,
                                          double share = 1);

// average += (1 - decay) (net - average), over parameters and state.
void update_ema(const Net& net, Net& average, double decay);

// The decay of one step that gives a half-life of `ema` kimg, at most `rampup` of what was seen
// (Karras et al. 2019, arXiv:1912.04958, their code's EMA ramp-up). 0 where nothing is averaged
// yet.
double ema_decay(const Options& options, int64_t images_seen);

}  // namespace gannet
