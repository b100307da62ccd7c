// The model files of a run: networks, which stay, and states, of which the newest two do, and the
// last one before a sign of the watchdog. States are written by a thread of their own, from a copy
// and at a tenth of its speed: training goes on meanwhile, and is hardly slower.
#pragma once

#include <future>
#include <memory>
#include <optional>

#include "gannet/base/background_pace.h"
#include "gannet/runs/config.h"
#include "gannet/runs/directory.h"
#include "gannet/training/trainer.h"

namespace gannet {

class CheckpointWriter {
 public:
  // The references must outlive it.
  CheckpointWriter(const RunDirectory& run, const Recipe& recipe, Config& config,
                   const Dataset& data);
  ~CheckpointWriter();

  void write_network(const Path& path, Trainer& trainer);
  // Begins to write it, after the state before. `seconds`: that the run took so far.
  // `suspect_since`: Watchdog's; the newest state before that step stays too. Throws what finish()
  // does.
  void write_state(Trainer& trainer, double seconds, std::optional<int64_t> suspect_since = {});
  // Waits until the last state is in its file, at full speed. Throws Error where it could not be
  // written.
  void finish();

 private:
  void keep_newest_states(std::optional<int64_t> suspect_since) const;

  const RunDirectory& run_;
  const Recipe& recipe_;
  Config& config_;
  const Dataset& data_;
  std::unique_ptr<BackgroundPace> pace_;  // of state_, which uses it
  std::future<void> state_;               // last: its end is waited for while the others live
};

}  // namespace gannet
