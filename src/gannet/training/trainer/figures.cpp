// What a tick reports, and what a state file remembers.
#include <ATen/TensorOperators.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>

#include "gannet/tensor/process_group.h"
#include "gannet/training/trainer.h"

namespace gannet {
namespace {

const char* const kDivergedHint = "a lower --lr, or another --loss; the last good state is kept";

std::vector<std::pair<std::string, double>> values_of(const auto& means) {
  std::vector<std::pair<std::string, double>> values;
  for (auto& [name, mean] : means)
    values.emplace_back(name, mean.sum.template item<double>() / static_cast<double>(mean.count));
  return values;
}

}  // namespace

Trainer::Mean& Trainer::mean_of(Means& means, const std::string& name) {
  const auto found = std::ranges::find(means, name, [](const auto& entry) { return entry.first; });
  if (found != means.end()) return found->second;
  Tensor& sum = sums_[{&means == &loss_, name}];
  if (!sum.defined()) sum = at::zeros({}, gan_.setup().tensor.dtype(at::kDouble));
  means.push_back({name, {.sum = sum}});
  return means.back().second;
}

void Trainer::add_to_mean(Means& means, const std::string& name, const Tensor& value,
                          const std::string& nets) {
  if (adding_ != nullptr) adding_->push_back({means, name, nets});
  Mean& mean = mean_of(means, name);
  mean.sum.add_(value.detach());
  if (adding_ != nullptr) return;
  ++mean.count;
  mean.nets = nets;
}

void Trainer::clear(Means& means) {
  for (auto& [name, mean] : means) mean.sum.zero_();
  means.clear();
}

Tick Trainer::finish_tick(Sums after) {
  check_losses();
  Tick tick{.step = step_, .images_seen = images_seen()};
  tick.loss = values_of(loss_);
  tick.scalars = values_of(scalars_);
  if (after == Sums::clear) clear(loss_), clear(scalars_);
  for (const Gan::Member& member : gan_.members())
    if (const auto found = optimizers_.find(member.net->name());
        found != optimizers_.end() && found->second->steps() > 0)
      tick.gradient_norm.emplace_back(member.net->name(), gradient_norm(*member.net));
  return tick;
}

double Trainer::gradient_norm(const Net& net) const {
  const auto restored = norms_.find(net.name());
  return restored != norms_.end() ? restored->second : net.gradients.norm().item<double>();
}

void Trainer::check_losses() const {
  for (const auto& [name, mean] : loss_)
    if (const double sum = mean.sum.item<double>(); !std::isfinite(sum))
      throw Diverged("the loss " + name + (mean.nets.empty() ? "" : " of " + mean.nets) + " is " +
                         (std::isnan(sum) ? "not a number" : "infinite"),
                     "step " + std::to_string(step_) + " or up to a tick before", kDivergedHint);
}

void Trainer::check_finite() const {
  check_losses();
  for (const Gan::Member& member : gan_.members())
    if (!at::isfinite(member.net->parameters).all().item<bool>())
      throw Diverged("the weights of " + member.net->name() + " are not finite",
                     "step " + std::to_string(step_), kDivergedHint);
}

// Of what was averaged before and what came since: the mean over processes of sums that have the
// first part in common.
void Trainer::average_means() {
  if (group_ == nullptr) return;
  std::vector<Tensor> sums;
  for (const Means* means : {&loss_, &scalars_})
    for (const auto& [name, mean] : *means) sums.push_back(mean.sum);
  if (sums.empty()) return;
  const Tensor all = all_mean(at::stack(sums), group_);
  for (size_t i = 0; i < sums.size(); ++i) sums[i].copy_(all[static_cast<int64_t>(i)]);
}

std::vector<std::pair<std::string, Tensor>> Trainer::tensors() {
  std::vector<std::pair<std::string, Tensor>> all;
  const auto slots = [&](const std::string& prefix, const Tensor& flat,
                         const std::vector<Slot>& slots) {
    for (const Slot& slot : slots) all.emplace_back(prefix + slot.name, Net::view(flat, slot));
  };
  for (Net* net : gan_.nets()) {
    slots(net->name() + ".", net->parameters, net->slots());
    slots(net->name() + ".", net->state, net->state_slots());
    if (const auto found = optimizers_.find(net->name()); found != optimizers_.end())
      for (const auto& [name, moment] : found->second->moments())
        slots(net->name() + "." + name + ".", moment, net->slots());
  }
  for (const auto& [name, tensor] : gan_.state()) all.emplace_back("state." + name, *tensor);
  return all;
}

TrainerState Trainer::state() const {
  TrainerState state{.step = step_, .batches_read = batches_read_};
  for (const auto& [name, optimizer] : optimizers_) {
    state.optimizer_steps[name] = optimizer->steps();
    if (optimizer->steps() > 0) state.gradient_norm[name] = gradient_norm(gan_.net(name));
  }
  for (const auto& [name, mean] : loss_)
    state.loss.push_back({name, mean.sum.item<double>(), mean.count});
  for (const auto& [name, mean] : scalars_)
    state.scalars.push_back({name, mean.sum.item<double>(), mean.count});
  return state;
}

void Trainer::set_state(const TrainerState& state) {
  if (state.step < 0 || state.batches_read < 0 ||
      state.optimizer_steps.size() != optimizers_.size())
    throw Error("the progress of a state is not of these networks", "");
  for (const auto& [name, steps] : state.optimizer_steps) {
    const auto found = optimizers_.find(name);
    if (found == optimizers_.end() || steps < 0)
      throw Error("the progress of a state names an unknown net", name);
    found->second->set_steps(steps);
  }
  step_ = state.step;
  batches_read_ = state.batches_read;
  norms_ = state.gradient_norm;
  const auto restore = [&](Means& means, const std::vector<TrainerState::Sum>& sums) {
    clear(means);
    for (const auto& [name, sum, count] : sums) {
      Mean& mean = mean_of(means, name);
      mean.sum.fill_(sum);
      mean.count = count;
    }
  };
  restore(loss_, state.loss);
  restore(scalars_, state.scalars);
}

}  // namespace gannet
