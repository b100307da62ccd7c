#include "gannet/training/optimizer.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>

namespace gannet {
namespace {

class Adam : public Optimizer {
 public:
  Adam(Tensor parameters, Tensor gradients, double lr, double b1, double lazy_reg_ratio)
      : parameters_(std::move(parameters)),
        gradients_(std::move(gradients)),
        lr_(lr),
        b1_(b1),
        lazy_reg_ratio_(lazy_reg_ratio),
        m_(at::zeros_like(parameters_)),
        v_(at::zeros_like(parameters_)) {}

  void step(const ScheduledValues& scheduled) override {
    ++steps_;
    const Tensor count = at::full({}, static_cast<double>(steps_), m_.options().dtype(at::kFloat));
    at::_fused_adam_({parameters_}, {gradients_}, {m_}, {v_}, {}, {count}, lr_ * scheduled.lr, b1_,
                     std::pow(scheduled.b2, lazy_reg_ratio_), /*weight_decay=*/0, /*eps=*/1e-8,
                     /*amsgrad=*/false, /*maximize=*/false);
    // Which _fused_adam_ leaves out: by it evaluation sees that weights have changed.
    parameters_.unsafeGetTensorImpl()->bump_version();
  }
  std::vector<std::pair<std::string, Tensor>> moments() override {
    return {{"adam_m", m_}, {"adam_v", v_}};
  }

 private:
  Tensor parameters_, gradients_;
  double lr_, b1_, lazy_reg_ratio_;
  Tensor m_, v_;
};

class Sgd : public Optimizer {
 public:
  Sgd(Tensor parameters, Tensor gradients, double lr, double momentum)
      : parameters_(std::move(parameters)),
        gradients_(std::move(gradients)),
        lr_(lr),
        momentum_(momentum) {
    if (momentum > 0) buffer_ = at::zeros_like(parameters_);
  }

  void step(const ScheduledValues& scheduled) override {
    // PyTorch's first step sets the buffer to the gradient, which is what momentum * 0 + gradient
    // gives.
    ++steps_;
    if (momentum_ > 0) {
      buffer_.mul_(momentum_).add_(gradients_);
      parameters_.add_(buffer_, -lr_ * scheduled.lr);
    } else {
      parameters_.add_(gradients_, -lr_ * scheduled.lr);
    }
  }
  std::vector<std::pair<std::string, Tensor>> moments() override {
    if (momentum_ > 0) return {{"momentum", buffer_}};
    return {};
  }

 private:
  Tensor parameters_, gradients_;
  double lr_, momentum_;
  Tensor buffer_;
};

}  // namespace

std::unique_ptr<Optimizer> make_adam(Tensor parameters, Tensor gradients, double lr, double b1) {
  return std::make_unique<Adam>(std::move(parameters), std::move(gradients), lr, b1,
                                /*lazy_reg_ratio=*/1);
}

std::unique_ptr<Optimizer> make_optimizer(Net& net, double lr, const Options& o,
                                          double lazy_reg_ratio) {
  if (o.optimizer == "sgd")
    return std::make_unique<Sgd>(net.parameters, net.gradients, lazy_reg_ratio * lr,
                                 std::pow(o.momentum, lazy_reg_ratio));
  return std::make_unique<Adam>(net.parameters, net.gradients, lazy_reg_ratio * lr,
                                std::pow(o.b1, lazy_reg_ratio), lazy_reg_ratio);
}

double lazy_reg_ratio(int64_t main, std::span<const int64_t> intervals) {
  int64_t period = 1, lazy = 0;  // steps, and lazy updates in them
  for (const int64_t interval : intervals) period *= interval;
  for (const int64_t interval : intervals) lazy += period / interval;
  const auto updates = static_cast<double>(main * period);
  return updates / (updates + static_cast<double>(lazy));
}

void update_ema(const Net& net, Net& average, double decay) {
  average.parameters.lerp_(net.parameters, 1 - decay);
  average.state.lerp_(net.state, 1 - decay);
}

double ema_decay(const Options& options, int64_t images_seen) {
  double half_life = schedule_at(options, images_seen).ema * 1000;
  if (options.ema_rampup > 0)
    half_life = std::min(half_life, options.ema_rampup * static_cast<double>(images_seen));
  if (half_life <= 0) return 0;
  return std::exp2(-static_cast<double>(options.batch) / half_life);
}

}  // namespace gannet
