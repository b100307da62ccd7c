// The training loop, by phases, and all that it must remember between two steps. It knows no GAN by
// name and no run directory: it reports to an Observer.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gannet/base/error.h"
#include "gannet/data/loader.h"
#include "gannet/training/gan.h"
#include "gannet/training/optimizer.h"
#include "gannet/training/recorded_steps.h"
#include "gannet/training/step.h"

namespace gannet {

class GradientSum;

// What one tick measured. Means over the steps since the last tick; every value is a function of
// options, seed, threads and instruction set.
struct Tick {
  int64_t step = 0, images_seen = 0;
  std::vector<std::pair<std::string, double>> loss, scalars;
  std::vector<std::pair<std::string, double>>
      gradient_norm;  // of each trained net, in its last update
};

// The state of a run besides its tensors: plain numbers, for a state file.
struct TrainerState {
  struct Sum {
    std::string name;
    double sum;
    int64_t count;
  };
  int64_t step = 0, batches_read = 0;
  std::map<std::string, int64_t> optimizer_steps;  // by net
  std::map<std::string, double> gradient_norm;     // of each net's last update, by net
  std::vector<Sum> loss, scalars;                  // of the tick under way
};

class Trainer;

class Observer {
 public:
  virtual ~Observer() = default;
  virtual bool on_step(const Trainer&) {
    return true;
  }  // after each step; false stops the run cleanly
  virtual void on_tick(const Trainer&, const Tick&) {}
  virtual void on_snapshot(Trainer&) {}  // every `snap` ticks, and at the end; all is finite here
  // After each step: true asks for a snapshot at this step too.
  virtual bool wants_snapshot(const Trainer&) { return false; }
  virtual void on_stop(Trainer&) {}  // stopped by on_step; all is finite here
};

// A loss, gradient or weight that is NaN or infinite; what() names the term or net, where() the
// step.
class Diverged : public Error {
 public:
  using Error::Error;
};

class Trainer {
 public:
  // The gan, the loader, the options and the group must outlive it. The loader gives batches of
  // batch / accumulate samples; with a group, of several processes, this one's part of them. Then
  // every process calls the same functions, and has the same weights after every step. Throws
  // UsageError where the options contradict each other.
  Trainer(Gan& gan, Loader& loader, const Options& options, const ProcessGroup* group = nullptr);
  ~Trainer();

  // Runs to the end of the options' kimg, or until the observer stops it (false): with a group,
  // that of any process, at the same step of all. Throws Diverged.
  bool train(Observer& observer);

  // For one who watches the game step by step, without an observer: one more step, of the phases
  // alone that `takes_part` names. The options' kimg is no bound.
  void run_one_step(const std::function<bool(const Phase&)>& takes_part);
  // The figures since the last tick, which ends here. Throws Diverged.
  Tick end_tick();

  int64_t step() const { return step_; }  // steps done
  int64_t images_seen() const { return step_ * options_.batch; }
  double kimg() const { return static_cast<double>(images_seen()) / 1000; }
  int64_t steps_total() const;
  // Does a tick end at this step? Else a report at it is of the run's last steps.
  bool ends_tick(int64_t step) const { return step > 0 && ticks(step) > ticks(step - 1); }
  // Why steps that could be replayed as graphs of the device are not; "": they are, or the device
  // has none.
  std::string why_not_replayed() const { return recorded_.why_not(key_); }
  Gan& gan() const { return gan_; }
  const Options& options() const { return options_; }
  const ProcessGroup* group() const { return group_; }

  // All that a bit-exact resume needs: weights, states, moments and the Gan's own state, as named
  // tensors that share memory with the trainer's; and plain numbers.
  std::vector<std::pair<std::string, Tensor>> tensors();
  TrainerState state() const;
  void set_state(const TrainerState& state);  // throws Error where it is not of these nets

 private:
  struct Mean {  // of one named scalar since the last tick; the sum stays on the device, float64
    Tensor sum;
    int64_t count = 0;
    std::string nets = {};  // trained by it, for the error of a bad one
  };
  using Means = std::vector<std::pair<std::string, Mean>>;

  // One update of a phase, with its place among those of the step.
  struct Update {
    const Phase& phase;
    size_t index;  // of the phase
    int64_t repeat;
    std::vector<Net*> trained_later;
  };
  // What was added to a mean by a step that is recorded.
  struct Added {
    Means& means;
    std::string name, nets;
  };

  // Whose batch, latents and fakes a round has: those that the phases of the step share, or its
  // own.
  enum class Sharing { step, phase };
  // One accumulation round of one update of a phase.
  struct Round {
    const Phase& phase;
    size_t index;  // of the phase
    int64_t repeat, number;
    Sharing sharing() const {
      return phase.resample || repeat > 0 ? Sharing::phase : Sharing::step;
    }
    // Equal where batches are.
    std::array<int64_t, 3> place() const {
      if (sharing() == Sharing::step) return {-1, 0, number};
      return {static_cast<int64_t>(index), repeat, number};
    }
  };

  void check_phases(const std::vector<Phase>& phases) const;
  void run_step(const std::vector<Phase>& phases);
  std::vector<Update> updates_due(const std::vector<Phase>& phases) const;
  void read_batches(const std::vector<Update>& updates);
  void record(const std::vector<Update>& updates,
              const std::function<void(const std::function<void()>&)>& record);
  std::string key_of(const std::vector<Update>& updates) const;
  void add_gradients(const Update& update);
  void replay(size_t part);
  std::vector<Net*> nets_trained_from(const std::vector<Phase>& phases, size_t index) const;
  void update(const std::string& net);
  void drop_fakes_of(const std::string& net);
  void run_round(const Round& round, const std::vector<Net*>& trained_later);
  const Batch& batch_for(const Round& round) const;
  Address draws_of(const Round& round) const;
  int64_t first_sample(const Round& round) const {
    return round.number * (options_.batch / options_.accumulate) + own_samples() * own_rank();
  }
  int64_t own_samples() const;           // of a round
  void begin_sums(const Phase& phase);   // before the last backward() of an update
  void finish_sums(const Phase& phase);  // its gradients are then those of the whole batch
  int64_t own_rank() const;
  void average_means();  // so that they are those of the whole batches
  void set_modes(const Round& round);
  Tensor sum_losses(const Terms& terms, const Phase& phase);
  void next_batch(Batch& into);
  Mean& mean_of(Means& means, const std::string& name);
  void add_to_mean(Means& means, const std::string& name, const Tensor& value,
                   const std::string& nets = "");
  void clear(Means& means);
  enum class Sums { clear, keep };  // keep: a longer run goes on with this tick
  Tick finish_tick(Sums after);
  void check_losses() const;                   // throws Diverged
  void check_finite() const;                   // losses since the last tick, and weights
  double gradient_norm(const Net& net) const;  // of its last update
  int64_t ticks(int64_t step) const;

  Gan& gan_;
  Loader& loader_;
  const Options& options_;
  const ProcessGroup* const group_;                                    // null: a process alone
  std::map<std::string, std::unique_ptr<Optimizer>> optimizers_;       // by net
  std::map<std::string, std::unique_ptr<GradientSum>> gradient_sums_;  // by net, with a group
  std::map<std::string, double> norms_;  // of nets that were not updated since set_state
  int64_t step_ = 0, batches_read_ = 0;
  Means loss_, scalars_;

  // Sums of means, kept where a recorded step finds them: by name, losses apart from scalars.
  std::map<std::pair<bool, std::string>, Tensor> sums_;

  RecordedSteps recorded_;
  std::map<std::string, std::vector<std::vector<Added>>> added_;  // by key and part
  std::vector<Added>* adding_ = nullptr;                          // while a part is recorded
  std::string key_;

  // What the phases of the step under way share, by accumulation round.
  std::vector<StepSamples> shared_;
  std::map<std::array<int64_t, 3>, Batch> batches_;  // by place_of() of their round
};

}  // namespace gannet
