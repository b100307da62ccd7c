// Step: what a phase's loss reads besides its batch: latents, fakes, further random numbers and
// scheduled values.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gannet/losses/regularizer.h"
#include "gannet/training/gan.h"
#include "gannet/training/schedule.h"

namespace gannet {

// Fakes of one training step by the networks that made them: each made once, and kept until one of
// its networks is updated.
class FakeCache {
 public:
  // The fakes of `nets`, from generate() if there are none. The reference holds until the next
  // call.
  const Tensor& get(const std::vector<Net*>& nets, const std::function<Tensor()>& generate);
  void drop_fakes_of(const Net& net);

 private:
  struct Entry {
    std::vector<Net*> nets;
    Tensor fakes;
  };
  std::vector<Entry> entries_;
};

// What the phases of one training step share, or a phase has of its own.
struct StepSamples {
  Tensor z;
  FakeCache fakes;
};

class Step : public Draws {
 public:
  // Where this execution of a phase stands; `address` is that of its latents.
  struct Place {
    int64_t number;        // training step, from 0
    int64_t first_sample;  // global number of the batch's first sample
    Address address;
    ScheduledValues scheduled = {};
    const ProcessGroup* group = nullptr;
  };
  // shared: the samples that the step's phases share, or null where this phase has its own.
  // trained_later: nets of this and later phases of the step, which will need the graph of fakes.
  Step(Gan& gan, const Batch& batch, Place place, StepSamples* shared,
       const std::vector<Net*>& trained_later)
      : gan_(gan), batch_(batch), place_(place), shared_(shared), trained_later_(trained_later) {}

  int64_t number() const { return place_.number; }
  // Scheduled values; as tensors float64 [], which a recorded step reads anew (tensor/recording.h).
  Tensor noise() const;  // undefined where there is none now
  Tensor r1_scale() const;
  double top_k() const { return place_.scheduled.top_k; }
  const ProcessGroup* group() const override { return place_.group; }

  // Latents [N, ...] of this batch.
  Tensor z() override;

  // G(z, batch.cond): made once and shared by the phases of a step until G is updated. A constant
  // where G is not trained by this phase.
  Tensor fakes(Net& G);
  // The same of samples that several nets make together of z() and the batch: fakes({&E, &G}, ...)
  // with a text encoder E, or fakes({&G}, [&] { return G(batch.cond.input_image); }). generate()
  // calls these nets only, and is the same function in all phases.
  Tensor fakes(const std::vector<Net*>& nets, const std::function<Tensor()>& generate);

  Tensor normal(Purpose purpose, const Shape& shape, uint32_t call = 0,
                Location where = Location::current()) override;
  Tensor uniform(Purpose purpose, const Shape& shape, uint32_t call = 0,
                 Location where = Location::current()) override;
  // uniform() for decisions of the host, which reads no tensor of a GPU: float32 on the CPU.
  Tensor uniform_on_cpu(Purpose purpose, const Shape& shape, uint32_t call = 0,
                        Location where = Location::current());
  // int64 [N], each in [0, below).
  Tensor integers(Purpose purpose, int64_t below, uint32_t call = 0,
                  Location where = Location::current());

  // Logs a scalar that is no part of the loss: log_scalar("D(x)", ...).
  void log_scalar(std::string name, const Tensor& scalar) {
    scalars_.emplace_back(std::move(name), scalar.detach());
  }
  const std::vector<std::pair<std::string, Tensor>>& scalars() const { return scalars_; }

 private:
  StepSamples& samples() { return shared_ ? *shared_ : own_; }
  Address at(Purpose purpose, uint32_t call) const;
  Tensor scheduled(double ScheduledValues::*value) const;
  bool draws_here(const Net& net) const;
  RunMode sampling_mode(Net& net) const;

  Gan& gan_;
  const Batch& batch_;
  Place place_;
  StepSamples* shared_;
  const std::vector<Net*>& trained_later_;
  StepSamples own_;
  std::vector<std::pair<std::string, Tensor>> scalars_;
};

}  // namespace gannet
