// Optimizers over flat buffers, such as a net's: one pass a buffer and step.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gannet/nn/net.h"
#include "gannet/training/schedule.h"

namespace gannet {

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  // One update of the parameters by the gradients as they are now; of the scheduled values the
  // factor of the learning rate and Adam's b2 count.
  virtual void step(const ScheduledValues& scheduled) = 0;
  // Flat buffers laid out like the parameters, by name ("adam_m", "adam_v", "momentum"): with
  // steps(), all its state.
  virtual std::vector<std::pair<std::string, Tensor>> moments() = 0;

  int64_t steps() const { return steps_; }
  void set_steps(int64_t steps) { steps_ = steps; }

 protected:
  int64_t steps_ = 0;
};

// Adam (Kingma & Ba 2014, arXiv:1412.6980, algorithm 1, epsilon 1e-8) on any tensor and a tensor of
// gradients of the same shape, which the caller fills before each step(). Neither may require a
// gradient: of a leaf of autograd pass x.detach() and x.grad().
std::unique_ptr<Optimizer> make_adam(Tensor parameters, Tensor gradients, double lr,
                                     double b1 = 0.9);

// By options.optimizer: Adam, or SGD with momentum as in PyTorch (Sutskever et al. 2013 without
// dampening). With lazy regularization only a part of the updates are the main loss's: lr is
// multiplied by that ratio, and betas and momentum are raised to it (Karras et al. 2019,
// arXiv:1912.04958, appendix B, mb_ratio in their code).
std::unique_ptr<Optimizer> make_optimizer(Net& net, double lr, const Options& options,
                                          double lazy_reg_ratio = 1);

// That ratio of `main` updates a step, with a lazy one in each of `intervals` steps; none: 1.
double lazy_reg_ratio(int64_t main, std::span<const int64_t> intervals);

// average += (1 - decay) (net - average), over parameters and state.
void update_ema(const Net& net, Net& average, double decay);

// The decay of one step that gives a half-life of `ema` kimg, at most `rampup` of what was seen
// (Karras et al. 2019, arXiv:1912.04958, their code's EMA ramp-up). 0 where nothing is averaged
// yet.
double ema_decay(const Options& options, int64_t images_seen);

}  // namespace gannet
