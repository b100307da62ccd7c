// What a run would be, before it is started: its networks, and an estimate of time and memory. No
// torch in here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gannet/runs/config.h"

namespace gannet {

// The layers of a net, as `recipes show` and --dry-run print them.
struct NetTable {
  struct Row {
    std::string layer, kind, shape;
    int64_t parameters, flops;
    std::string settings;             // "stride 2, padding 1"
    std::vector<std::string> inputs;  // where it is not the row before alone
  };
  std::string name;
  std::vector<Row> rows;
  int64_t parameters, flops;
};

// The estimate of `train --dry-run`: seconds and memory are measured on a few real steps of each of
// the run's phases, on this machine.
struct Plan {
  std::vector<NetTable> nets;
  std::string data;  // "fashion-mnist: 60000 samples of [1, 28, 28], 10 classes"
  int64_t steps;
  double seconds, memory_mb;   // the memory of the device, of a GPU
  std::string device;          // "cpu", or as ChosenDevice::text()
  std::string device_warning;  // ChosenDevice::warning()
};

// Opens the data and makes the networks as a training would, and throws what it would throw before
// its first step.
void check_config(Config config);

class Processes;  // training/processes.h

// Resolves the config's "auto"s, its budget in time too, and tries a few steps; writes nothing.
// group: as of train().
Plan plan(Config& config, Processes* group = nullptr);

// The nets of a recipe for data of a shape, without any data.
std::vector<NetTable> net_tables(const Config& config);

// --minutes, --hours: sets options.kimg so that the run, its snapshots included, takes so long at
// the speed of some steps that are tried here, with a Decision; nothing without a budget. A resume
// has the kimg as a number. Throws UsageError for a budget that is over before the first step.
void fit_to_budget(Config& config, Processes* group = nullptr);

}  // namespace gannet
