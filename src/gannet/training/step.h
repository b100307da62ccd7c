// Step: what a phase's loss may ask for while it runs, besides its batch.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gannet/training/gan.h"
#include "gannet/training/schedule.h"

namespace gannet {

// What the phases of one training step share: latents, and fakes that were already made by these
// nets.
struct Shared {
  struct Made {
    std::vector<Net*> nets;
    Tensor fakes;
  };
  Tensor z;
  std::vector<Made> made;
};

class Step {
 public:
  // Where this execution of a phase stands; `address` is that of its latents.
  struct Place {
    int64_t number;        // training step, from 0
    int64_t first_sample;  // global number of the batch's first sample
    Address address;
    ScheduledValues scheduled = {};
  };
  // shared: kept between phases, or null where this phase draws its own. learning: nets of this and
  // later phases of the step; the latter will want the graph of what is computed now.
  Step(Gan& gan, const Batch& batch, Place place, Shared* shared, const std::vector<Net*>& learning)
      : gan_(gan), batch_(batch), place_(place), shared_(shared), learning_(learning) {}

  int64_t number() const { return place_.number; }
  const ScheduledValues& scheduled() const {
    return place_.scheduled;
  }  // of values that --schedule moves

  // Latents [N, ...] of this batch.
  Tensor z();

  // G(z, batch.cond): made once and shared by the phases of a step until G has learnt. A constant
  // where G is frozen.
  Tensor fakes(Net& G);
  // The same of whatever these nets make together of z() and the batch: fakes({&E, &G}, ...), where
  // a text encoder E feeds G, or fakes({&G}, [&] { return G(batch.cond.input_image); }). make()
  // must only call these nets, and depend on nothing that differs between the phases.
  Tensor fakes(const std::vector<Net*>& nets, const std::function<Tensor()>& make);

  // Further standard normal noise [N, shape...]; `call` tells several of one phase apart (< 16).
  Tensor noise(const Shape& shape, uint32_t call = 0);

  // The same, uniform in [0, 1). The ordinary game itself draws at calls 12 to 15 of both.
  Tensor uniform(const Shape& shape, uint32_t call = 0, Purpose purpose = Purpose::noise);
  // int64 [N], each in [0, below).
  Tensor integers(int64_t below, uint32_t call = 0);

  // Logs a scalar without making it part of the loss: watch("D(x)", ...).
  void log_scalar(std::string name, const Tensor& scalar) {
    scalars_.emplace_back(std::move(name), scalar.detach());
  }
  const std::vector<std::pair<std::string, Tensor>>& scalars() const { return scalars_; }

 private:
  Address at(uint32_t call, Purpose purpose) const;

  Gan& gan_;
  const Batch& batch_;
  Place place_;
  Shared* shared_;
  const std::vector<Net*>& learning_;
  Shared own_;
  std::vector<std::pair<std::string, Tensor>> scalars_;
};

}  // namespace gannet
