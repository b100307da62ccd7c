// The parts of a run, opened together: for a training, a resume and an estimate.
#pragma once

#include <memory>
#include <string>

#include "gannet/data/dataset.h"
#include "gannet/data/loader.h"
#include "gannet/recipes/recipes.h"
#include "gannet/runs/config.h"
#include "gannet/tensor/device.h"
#include "gannet/training/processes.h"
#include "gannet/training/trainer.h"

namespace gannet {

// In the order of their construction.
struct Session {
  Config config;
  Processes* group;  // null: a process alone
  ChosenDevice device;
  const Recipe* recipe;
  std::shared_ptr<const Dataset> data;
  std::unique_ptr<Gan> gan;
  std::unique_ptr<Loader> loader;
  std::unique_ptr<Trainer> trainer;
};

// Resolves the config's "auto"s, and opens its device. `fresh`: of a new run, whose options are
// checked against each other and the data (Recipe::check). group: the session is this process' part
// of theirs.
Session open_session(Config config, bool fresh, Processes* group = nullptr);

// "fashion-mnist: 60000 samples of [1, 28, 28], 10 classes"
std::string data_summary(const Dataset& data);

}  // namespace gannet
