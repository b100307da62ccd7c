// A run's hyperparameters for the HPARAMS page of TensorBoard (plugins/hparams/plugin_data.proto,
// api.proto): the start of a session, with their values, and its end. The page takes the columns
// from all sessions: there is no record of an experiment, which would name those of one run for
// all.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "gannet/formats/tensorboard.h"

namespace gannet {

struct Hyperparameter {
  std::string name;
  std::variant<double, bool, std::string> value;
};

EventPlugin hparams_start(const std::vector<Hyperparameter>& values, double start_time);
EventPlugin hparams_end(bool success, double end_time);  // seconds since 1970

}  // namespace gannet
