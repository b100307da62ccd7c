// The model files of a run: networks, which stay, and states, of which the newest two do, and the
// last one before a sign of the watchdog. States are written by a thread of their own, from a copy:
// training goes on meanwhile.
#pragma once

#include <future>
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
  // Begins to write it, after the state before. `seconds`: that the run took so far.
  // `suspect_since`: Watchdog's; the newest state before that step stays too. Throws what finish()
  // does.
  void write_state(Trainer& trainer, double seconds, std::optional<int64_t> suspect_since = {});
  // Waits until the last state is in its file. Throws Error where it could not be written.
  void finish();

 private:
  void keep_newest_states(std::optional<int64_t> suspect_since) const;

  const RunDirectory& run_;
  const Recipe& recipe_;
  Config& config_;
  const Dataset& data_;
  std::future<void> state_;  // last: its end is waited for while the others live
};

}  // namespace gannet
