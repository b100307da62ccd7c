// What process 0 of a group has the others do, which follow() in runs/session.h obeys: they open
// the same session and take part in its steps. Each function does nothing without a group.
#pragma once

#include <string>

#include "gannet/runs/detail/open_session.h"
#include "gannet/runs/session.h"
#include "gannet/training/processes.h"

namespace gannet {

// Before measure_step_times(trainer, seconds).
void order_to_measure(Session& s, double seconds);
// Before the trainer's train(): they get its weights and all that it remembers.
void order_to_train(Session& s);

}  // namespace gannet
