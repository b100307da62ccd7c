#include "gannet/training/trainer.h"

#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "gannet/tensor/on_device.h"
#include "gannet/tensor/process_group.h"
#include "gannet/training/detail/gradient_sum.h"
#include "gannet/training/option_checks.h"

namespace gannet {
namespace {

// Without waiting for the copy.
void copy_into(const Tensor& memory, const Tensor& from) {
  memory.copy_(from, /*non_blocking=*/true);
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

}  // namespace

// Sums over processes are no part of a graph of the device.
Trainer::Trainer(Gan& gan, Loader& loader, const Options& options, const ProcessGroup* group)
    : gan_(gan),
      loader_(loader),
      options_(options),
      group_(group),
      recorded_(group == nullptr ? gan.setup().tensor.device() : at::Device(at::kCPU)) {
  if (options.batch % options.accumulate != 0)
    throw UsageError("--batch is " + std::to_string(options.batch) +
                         ", expected a multiple of --accumulate " +
                         std::to_string(options.accumulate),
                     "");
  if (options.momentum > 0 && options.optimizer != "sgd")
    throw UsageError("--momentum is for sgd", "--optimizer " + options.optimizer,
                     "--b1 is Adam's momentum");
  check_schedules(options);
  check_shares(options, group == nullptr ? 1 : group->size());
  for (const Gan::Member& member : gan.members())
    if (member.trainable)
      optimizers_[member.net->name()] =
          make_optimizer(*member.net, member.lr, options, member.lazy_reg_ratio);
}

Trainer::~Trainer() = default;

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
    if (now > before || last) {
      average_means();
      observer.on_tick(*this, finish_tick(now > before ? Sums::clear : Sums::keep));
    }
    if (now / options_.snap > before / options_.snap || last ||
        any(observer.wants_snapshot(*this), group_)) {
      average_means();
      check_finite();
      observer.on_snapshot(*this);
    }
    if (any(!observer.on_step(*this), group_) && !last) {
      average_means();
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
  average_means();
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
  for (const std::string& name : update.phase.nets)
    if (group_ == nullptr)
      gan_.net(name).clear_gradients();
    else  // sums of slices begin while others are still made
      gan_.net(name).gradients.zero_();
  for (int64_t round = 0; round < options_.accumulate; ++round)
    run_round({update.phase, update.index, update.repeat, round}, update.trained_later);
  for (const std::string& name : update.phase.nets) gan_.net(name).settle_gradients();
  finish_sums(update.phase);
}

int64_t Trainer::own_rank() const { return group_ == nullptr ? 0 : group_->rank(); }

int64_t Trainer::own_samples() const {
  return options_.batch / options_.accumulate / (group_ == nullptr ? 1 : group_->size());
}

void Trainer::begin_sums(const Phase& phase) {
  if (group_ == nullptr) return;
  for (const std::string& name : phase.nets) {
    std::unique_ptr<GradientSum>& sum = gradient_sums_[name];
    if (!sum) sum = std::make_unique<GradientSum>(gan_.net(name), *group_);
    sum->begin();
  }
}

void Trainer::finish_sums(const Phase& phase) {
  if (group_ == nullptr) return;
  for (const std::string& name : phase.nets) gradient_sums_.at(name)->finish();
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
            {step_, first_sample(round), latents, schedule_at(options_, images_seen()), group_},
            keep ? &shared_[round.number] : nullptr, trained_later);
  const Terms terms = round.phase.loss(batch, step);
  if (terms.named.empty()) throw Error("a phase has no loss terms", round.phase.name);
  const Tensor loss = sum_losses(terms, round.phase);
  if (round.number + 1 == options_.accumulate) begin_sums(round.phase);
  loss.backward();
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
    training.group = group_;
    training.sync_bn = options_.sync_bn;
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
  if (const int64_t expected = own_samples(); batch.size() != expected)
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

}  // namespace gannet
