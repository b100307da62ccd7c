// The Observer that writes a run directory: stats, log, grids, event file, metrics, networks and
// states.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "gannet/data/dataset.h"
#include "gannet/recipes/recipes.h"
#include "gannet/runs/directory.h"
#include "gannet/runs/session.h"
#include "gannet/training/trainer.h"

namespace gannet {

class RunWriter : public Observer {
 public:
  // `seconds`: what the run took before (a resume). The references must outlive it.
  RunWriter(const RunDirectory& run, const Recipe& recipe, Config& config, const Dataset& data,
            ProgressListener& listener, double seconds);

  void start(Trainer& trainer);  // reals.png, fakes-init.png, the event file's first record
  bool on_step(const Trainer&) override;
  void on_tick(const Trainer&, const Tick&) override;
  void on_snapshot(Trainer&) override;
  void on_stop(Trainer&) override;

 private:
  double seconds() const;
  void write_state(Trainer& trainer);
  void write_metrics(Trainer& trainer, const Path& network);
  void link_best() const;
  // The grid that every snapshot draws again; also into the event file where step >= 0.
  void write_grid(Trainer& trainer, const Path& path, int64_t step);
  void log(const std::string& line);

  const RunDirectory& run_;
  const Recipe& recipe_;
  Config& config_;
  const Dataset& data_;
  ProgressListener& listener_;
  double seconds_before_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  double tick_seconds_ = 0;  // when the last tick ended
  int64_t tick_images_ = -1;
  Tensor reference_;  // real points behind the grid's; undefined for other data
};

// The rows and columns of the grid that snapshots show, and each place's class (by column) where
// there are classes.
struct GridLayout {
  int64_t rows, columns;
};
GridLayout grid_layout(const DatasetInfo& shape, bool image_to_image);

// What a snapshot's state file holds besides tensors, and reading it back. Throws Error naming the
// file.
nlohmann::json to_json(const TrainerState& progress);
TrainerState progress_from_json(const nlohmann::json& object, std::string_view source);

}  // namespace gannet
