// The model files of a run: networks, which stay, and states, of which the newest two do.
#pragma once

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
  void write_state(Trainer& trainer, double seconds);  // seconds that the run took so far

 private:
  const RunDirectory& run_;
  const Recipe& recipe_;
  Config& config_;
  const Dataset& data_;
};

}  // namespace gannet
