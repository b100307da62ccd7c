#include "gannet/runs/detail/step_times.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <set>

#include "gannet/tensor/on_device.h"
#include "gannet/training/trainer.h"

namespace gannet {
namespace {

constexpr int64_t kMostCycle = 32;  // steps; longer intervals of lazy phases hardly count

// Steps after which the due phases repeat.
int64_t cycle_of(const std::vector<Phase>& phases, int64_t step) {
  int64_t cycle = 1;
  for (const Phase& phase : phases)
    if (step >= phase.from && step < phase.until) cycle = std::lcm(cycle, phase.every);
  return std::min(cycle, kMostCycle);
}

// Times steps until there are whole cycles of some seconds; the first ones warm up.
struct Timer : Observer {
  Timer(int64_t cycle, double most) : cycle(cycle), most(most) {}
  int64_t cycle;
  double most;
  std::vector<double> times = {};
  std::chrono::steady_clock::time_point last = std::chrono::steady_clock::now();

  static constexpr size_t kWarmUp = 2;

  bool on_step(const Trainer& trainer) override {
    synchronize(trainer.gan().setup().tensor.device());
    const auto now = std::chrono::steady_clock::now();
    times.push_back(std::chrono::duration<double>(now - last).count());
    last = now;
    if (times.size() < kWarmUp + 3) return true;
    const double total = std::accumulate(times.begin() + kWarmUp, times.end(), 0.0);
    const bool whole = (times.size() - kWarmUp) % static_cast<size_t>(cycle) == 0;
    return total < most || (!whole && total < 5 * most);
  }

  // The mean where steps differ; else the median, which a pause of the machine does not change.
  double step_seconds() const {
    std::vector<double> some(times.begin() + (times.size() > kWarmUp ? kWarmUp : 0), times.end());
    if (some.empty()) return 0;
    if (cycle > 1)
      return std::accumulate(some.begin(), some.end(), 0.0) / static_cast<double>(some.size());
    std::ranges::nth_element(some, some.begin() + static_cast<int64_t>(some.size() / 2));
    return some[some.size() / 2];
  }
};

}  // namespace

double StepTimes::seconds(int64_t from, int64_t until) const {
  double total = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    const int64_t begin = std::max(from, parts[i].from);
    const int64_t end = i + 1 < parts.size() ? std::min(until, parts[i + 1].from) : until;
    if (end > begin) total += static_cast<double>(end - begin) * parts[i].seconds;
  }
  return total;
}

double StepTimes::seconds_left(int64_t before, int64_t now, double passed, int64_t total) const {
  const double expected = seconds(before, now);
  if (expected <= 0)
    return passed * static_cast<double>(total - now) /
           static_cast<double>(std::max<int64_t>(1, now - before));
  return seconds(now, total) * passed / expected;
}

std::vector<int64_t> first_steps(Trainer& trainer) {
  std::set<int64_t> steps = {0};
  for (const Phase& phase : trainer.gan().phases())
    for (const int64_t step : {phase.from, phase.until})
      if (step > 0 && step < trainer.steps_total()) steps.insert(step);
  return {steps.begin(), steps.end()};
}

StepTimes measure_step_times(Trainer& trainer, double seconds) {
  const std::vector<Phase> phases = trainer.gan().phases();
  StepTimes step_times;
  for (const int64_t step : first_steps(trainer)) {
    TrainerState state = trainer.state();
    state.step = step;
    trainer.set_state(state);
    Timer timer(cycle_of(phases, step), seconds);
    try {
      trainer.train(timer);
    } catch (const Diverged&) {  // of networks that skipped the parts before; timed all the same
    }
    step_times.parts.push_back({step, timer.step_seconds()});
  }
  return step_times;
}

}  // namespace gannet
