#include "gannet/training/trainer.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "gannet/tensor/on_device.h"

namespace gannet {
namespace {

const char* const kDivergedHint = "a lower --lr, or another --loss; the last good state is kept";

// Without waiting for the copy.
void copy_into(const Tensor& memory, const Tensor& from) {
  memory.copy_(from, /*non_blocking=*/true);
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

std::vector<std::pair<std::string, double>> values_of(const auto& means) {
  std::vector<std::pair<std::string, double>> values;
  for (auto& [name, mean] : means)
    values.emplace_back(name, mean.sum.template item<double>() / static_cast<double>(mean.count));
  return values;
}

}  // namespace

Trainer::Trainer(Gan& gan, Loader& loader, const Options& options)
    : gan_(gan), loader_(loader), options_(options), recorded_(gan.setup().tensor.device()) {
  if (options.batch % options.accumulate != 0)
    throw UsageError("--batch is " + std::to_string(options.batch) +
                         ", expected a multiple of --accumulate " +
                         std::to_string(options.accumulate),
                     "");
  if (options.momentum > 0 && options.optimizer != "sgd")
    throw UsageError("--momentum is for sgd", "--optimizer " + options.optimizer,
                     "--b1 is Adam's momentum");
  check_schedules(options);
  for (const Gan::Member& member : gan.members())
    if (member.trainable)
      optimizers_[member.net->name()] =
          make_optimizer(*member.net, member.lr, options, member.lazy_reg_ratio);
}

int64_t Trainer::steps_total() const {
  // 1e-9: kimg is decimal, and 0.07 * 1000 must not become a step more.
  return static_cast<int64_t>(
      std::ceil(options_.kimg * 1000 / static_cast<double>(options_.batch) - 1e-9));
}

int64_t Trainer::ticks(int64_t step) const {
  const double images = static_cast<double>(step * options_.batch);
  return static_cast<int64_t>(images / (options_.tick * 1000) + 1e-9);
}

bool Trainer::train(Observer& observer) {
  const OwnStream stream(gan_.setup().tensor.device());
  const std::vector<Phase> phases = gan_.phases();
  check_phases(phases);
  const int64_t total = steps_total();
  if (total == 0) {  // a run of no steps ends with a snapshot too
    check_finite();
    observer.on_snapshot(*this);
  }
  while (step_ < total) {
    run_step(phases);
    const bool last = step_ == total;
    const int64_t before = ticks(step_ - 1), now = ticks(step_);
    if (now > before || last)
      observer.on_tick(*this, finish_tick(now > before ? Sums::clear : Sums::keep));
    if (now / options_.snap > before / options_.snap || last || observer.wants_snapshot(*this)) {
      check_finite();
      observer.on_snapshot(*this);
    }
    if (!observer.on_step(*this) && !last) {
      check_finite();
      observer.on_stop(*this);
      return false;
    }
  }
  return true;
}

void Trainer::run_one_step(const std::function<bool(const Phase&)>& takes_part) {
  const OwnStream stream(gan_.setup().tensor.device());
  std::vector<Phase> phases = gan_.phases();
  check_phases(phases);
  for (Phase& phase : phases)  // the others keep their numbers, which draws are addressed by
    if (!takes_part(phase)) phase.until = 0;
  run_step(phases);
}

Tick Trainer::end_tick() {
  check_finite();
  return finish_tick(Sums::clear);
}

void Trainer::check_phases(const std::vector<Phase>& phases) const {
  for (const Phase& phase : phases)
    for (const std::string& name : phase.nets)
      if (!optimizers_.count(name))
        throw Error("the phase " + phase.name + " trains a net that is not there or does not learn",
                    name);
}

void Trainer::run_step(const std::vector<Phase>& phases) {
  const Tf32 tf32(options_.precision == "tf32");
  shared_.assign(options_.accumulate, {});
  const std::vector<Update> updates = updates_due(phases);
  read_batches(updates);
  if (recorded_.usable()) key_ = key_of(updates);
  const bool replays = recorded_.begin(key_, step_, schedule_at(options_, images_seen()),
                                       [&](const auto& part) { record(updates, part); });
  for (size_t i = 0; i < updates.size(); ++i) {
    const Phase& phase = updates[i].phase;
    replays ? replay(i) : add_gradients(updates[i]);
    for (const std::string& name : phase.nets) update(name);
    if (phase.after) phase.after();
  }
  ++step_;
  const double decay = ema_decay(options_, images_seen());
  for (const Gan::Member& member : gan_.members())
    if (member.ema) update_ema(*member.net, *member.ema, decay);
}

std::vector<Trainer::Update> Trainer::updates_due(const std::vector<Phase>& phases) const {
  std::vector<Update> updates;
  for (size_t index = 0; index < phases.size(); ++index)
    for (int64_t repeat = 0; phases[index].due(step_) && repeat < phases[index].repeat; ++repeat)
      updates.push_back({phases[index], index, repeat, nets_trained_from(phases, index)});
  return updates;
}

// Those of the whole step, in the order of their use.
void Trainer::read_batches(const std::vector<Update>& updates) {
  std::set<std::array<int64_t, 3>> read;
  for (const Update& update : updates)
    for (int64_t number = 0; number < options_.accumulate; ++number) {
      const auto place = Round{update.phase, update.index, update.repeat, number}.place();
      if (read.insert(place).second) next_batch(batches_[place]);
    }
}

// Steps of one key do the same operations with the same numbers of the host.
std::string Trainer::key_of(const std::vector<Update>& updates) const {
  const ScheduledValues now = schedule_at(options_, images_seen());
  std::string key = std::to_string(now.top_k) + (now.noise > 0 ? " noise" : "");
  for (const Update& update : updates)
    key += " " + std::to_string(update.index) + "." + std::to_string(update.repeat);
  return key;
}

// The gradients of each update, none of which is made meanwhile.
void Trainer::record(const std::vector<Update>& updates,
                     const std::function<void(const std::function<void()>&)>& record) {
  std::vector<std::vector<Added>>& added = added_[key_];
  added.clear();
  for (const Update& update : updates) {
    adding_ = &added.emplace_back();
    try {
      record([&] { add_gradients(update); });
    } catch (...) {
      adding_ = nullptr;
      shared_.assign(options_.accumulate, {});
      throw;
    }
    adding_ = nullptr;
    for (const std::string& name : update.phase.nets) drop_fakes_of(name);
  }
  shared_.assign(options_.accumulate, {});
}

void Trainer::replay(size_t part) {
  recorded_.replay(part);
  for (const Added& added : added_[key_][part]) {
    Mean& mean = mean_of(added.means, added.name);
    ++mean.count;
    if (!added.nets.empty()) mean.nets = added.nets;
  }
}

void Trainer::add_gradients(const Update& update) {
  for (const std::string& name : update.phase.nets) gan_.net(name).clear_gradients();
  for (int64_t round = 0; round < options_.accumulate; ++round)
    run_round({update.phase, update.index, update.repeat, round}, update.trained_later);
  for (const std::string& name : update.phase.nets) gan_.net(name).settle_gradients();
}

// The nets of this phase, and of those later phases of the step that share its fakes.
std::vector<Net*> Trainer::nets_trained_from(const std::vector<Phase>& phases, size_t index) const {
  std::vector<Net*> nets;
  for (size_t later = index; later < phases.size(); ++later)
    if (phases[later].due(step_) && (later == index || !phases[later].resample))
      for (const std::string& name : phases[later].nets) nets.push_back(&gan_.net(name));
  return nets;
}

void Trainer::update(const std::string& name) {
  optimizers_.at(name)->step(schedule_at(options_, images_seen()));
  norms_.erase(name);
  drop_fakes_of(name);
}

void Trainer::drop_fakes_of(const std::string& net) {
  for (StepSamples& shared : shared_) shared.fakes.drop_fakes_of(gan_.net(net));
}

void Trainer::run_round(const Round& round, const std::vector<Net*>& trained_later) {
  const Batch& batch = batch_for(round);
  set_modes(round);
  const Address latents = round.sharing() == Sharing::phase
                              ? draws_of(round)
                              : Address{.seed = options_.seed, .step = draws_of(round).step};
  // With accumulation fakes are not kept: their memory is what accumulation saves.
  const bool keep = round.sharing() == Sharing::step && options_.accumulate == 1;
  Step step(gan_, batch,
            {step_, first_sample(round), latents, schedule_at(options_, images_seen())},
            keep ? &shared_[round.number] : nullptr, trained_later);
  const Terms terms = round.phase.loss(batch, step);
  if (terms.named.empty()) throw Error("a phase has no loss terms", round.phase.name);
  sum_losses(terms, round.phase).backward();
  for (const auto& [name, value] : step.scalars()) add_to_mean(scalars_, name, value);
}

const Batch& Trainer::batch_for(const Round& round) const { return batches_.at(round.place()); }

// Phase 0 of the addresses is what phases share; a phase's own draws stand at its index + 1.
Address Trainer::draws_of(const Round& round) const {
  return {.seed = options_.seed,
          .step = static_cast<uint32_t>(step_),
          .phase = static_cast<uint32_t>(round.index) + 1,
          .repeat = static_cast<uint32_t>(round.repeat)};
}

void Trainer::set_modes(const Round& round) {
  RunMode mode{.draws = draws_of(round), .first_sample = first_sample(round)};
  for (const Gan::Member& member : gan_.members()) {
    if (member.ema) member.ema->set_mode(mode);
    RunMode training = mode;
    training.training = member.trainable;
    training.bf16 = options_.precision == "bf16";
    training.requires_grad =
        std::ranges::find(round.phase.nets, member.net->name()) != round.phase.nets.end();
    member.net->set_mode(training);
  }
}

// Their sum, as a mean over the accumulation rounds; each is logged.
Tensor Trainer::sum_losses(const Terms& terms, const Phase& phase) {
  Tensor total;
  for (const auto& [name, value] : terms.named) {
    add_to_mean(loss_, name, value, joined(phase.nets));
    total = total.defined() ? total + value : value;
  }
  return options_.accumulate > 1 ? total / static_cast<double>(options_.accumulate) : total;
}

// Where steps are recorded, into the memory that the batch has already.
void Trainer::next_batch(Batch& into) {
  Batch batch = loader_.get(batches_read_++);
  if (const int64_t expected = options_.batch / options_.accumulate; batch.size() != expected)
    throw Error("the loader gives batches of " + std::to_string(batch.size()) + ", expected " +
                    std::to_string(expected),
                "");
  const at::TensorOptions& to = gan_.setup().tensor;
  if (recorded_.usable() && into.real.defined()) {
    copy_into(into.real, batch.real);
    for (const auto& [name, field] : kConditionFields)
      if ((batch.cond.*field).defined()) copy_into(into.cond.*field, batch.cond.*field);
    return;
  }
  batch.real = moved(batch.real, to);
  batch.cond = batch.cond.map([&](const Tensor& x) { return moved(x, to); });
  into = std::move(batch);
}

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
