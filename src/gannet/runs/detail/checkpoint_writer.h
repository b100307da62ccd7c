// The model files of a run: networks, which stay, and states, of which the newest two do, and the
// last one before a sign of the watchdog.
#pragma once

#include <optional>

#include "gannet/runs/config.h"
#include "gannet/runs/directory.h"
#include "gannet/training/trainer.h"

namespace gannet {

class CheckpointWriter {
 public:
  // The references must outlive it.
  CheckpointWriter(const RunDirectory& run, const Recipe& recipe, Config& config,
                   const Dataset& data);

  void write_network(const Path& path, Trainer& trainer);
  // `seconds`: that the run took so far. `suspect_since`: Watchdog's; the newest state before that
  // step stays too.
  void write_state(Trainer& trainer, double seconds, std::optional<int64_t> suspect_since = {});

 private:
  const RunDirectory& run_;
  const Recipe& recipe_;
  Config& config_;
  const Dataset& data_;
};

}  // namespace gannet
