// Schedules: values that go from their option to the option's "-end" over the first --burn-in kimg
// and stay there.
#pragma once

#include <cstdint>

#include "gannet/training/options.h"

namespace gannet {

// The values of one step.
struct ScheduledValues {
  double lr = 1;        // factor of every learning rate
  double b2 = 0.999;    // Adam's
  double r1_scale = 1;  // factor of R1 and R2
  double ema = 0;       // half-life, kimg
  double noise = 0;     // standard deviation of instance noise
  double top_k = 1;     // share of the fakes in G's loss, those of the largest logits
};
// Those that a recorded step reads from the device's memory, in this order.
inline constexpr double ScheduledValues::*kRecordedValues[] = {&ScheduledValues::noise,
                                                               &ScheduledValues::r1_scale};
ScheduledValues schedule_at(const Options& options, int64_t images_seen);

// From `from` to `to` by options.schedule; to < 0: `from`.
double scheduled_value(const Options& options, double from, double to, int64_t images_seen);

// Throws UsageError for an "-end" that --schedule or the start rules out.
void check_schedules(const Options& options);

}  // namespace gannet
