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
  Adam(Net& net, double lr, double b1, double share)
      : net_(net),
        lr_(lr),
        b1_(b1),
        share_(share),
        m_(at::zeros_like(net.parameters)),
        v_(at::zeros_like(net.parameters)) {}

  void step(const ScheduledValues& scheduled) override {
    ++steps_;
    const Tensor count = at::full({}, static_cast<double>(steps_), m_.options().dtype(at::kFloat));
    at::_fused_adam_({net_.parameters}, {net_.gradients}, {m_}, {v_}, {}, {count},
                     lr_ * scheduled.lr, b1_, std::pow(scheduled.b2, share_), /*weight_decay=*/0,
                     /*eps=*/1e-8,
                     /*amsgrad=*/false, /*maximize=*/false);
  }
  std::vector<std::pair<std::string, Tensor>> moments() override {
    return {{"adam_m", m_}, {"adam_v", v_}};
  }

 private:
  Net& net_;
  double lr_, b1_, share_;
  Tensor m_, v_;
};

class Sgd : public Optimizer {
 public:
  Sgd(Net& net, double lr, double momentum) : net_(net), lr_(lr), momentum_(momentum) {
    if (momentum > 0) buffer_ = at::zeros_like(net.parameters);
  }

  void step(const ScheduledValues& scheduled) override {
    // PyTorch's first step sets the buffer to the gradient, which is what momentum * 0 + gradient
    // gives.
    ++steps_;
    if (momentum_ > 0) {
      buffer_.mul_(momentum_).add_(net_.gradients);
      net_.parameters.add_(buffer_, -lr_ * scheduled.lr);
    } else {
      net_.parameters.add_(net_.gradients, -lr_ * scheduled.lr);
    }
  }
  std::vector<std::pair<std::string, Tensor>> moments() override {
    if (momentum_ > 0) return {{"momentum", buffer_}};
    return {};
  }

 private:
  Net& net_;
  double lr_, momentum_;
  Tensor buffer_;
};

}  // namespace

std::unique_ptr<Optimizer> make_optimizer(Net& net, double lr, const Options& o, double share) {
  if (o.optimizer == "sgd")
    return std::make_unique<Sgd>(net, share * lr, std::pow(o.momentum, share));
  return std::make_unique<Adam>(net, share * lr, std::pow(o.b1, share), share);
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
