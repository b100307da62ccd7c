// How long the steps of a run take, measured: where phases begin or end in the middle of a run
// (srgan's pre-training), its parts differ.
#pragma once

#include <cstdint>
#include <vector>

namespace gannet {

class Trainer;

struct StepTimes {
  struct Part {
    int64_t from;    // its first step; the parts are in their order, the first from 0
    double seconds;  // of a step
  };
  std::vector<Part> parts;

  double seconds(int64_t from, int64_t until) const;  // of steps [from, until)

  // The time that a run of `total` steps has left at step `now`, when its steps since `before` took
  // `passed` seconds: the parts' proportions, at today's speed. Without parts all steps are alike.
  double seconds_left(int64_t before, int64_t now, double passed, int64_t total) const;
};

// The first steps of a run's parts: 0, and where a phase begins or ends.
std::vector<int64_t> first_steps(Trainer& trainer);

// Trains some steps of each part, `seconds` long or a little more. The trainer is of no further use
// then.
StepTimes measure_step_times(Trainer& trainer, double seconds);

}  // namespace gannet
