// Training runs: start one, go on with one. No torch in here.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/runs/config.h"

namespace gannet {

// One line of progress on a terminal.
struct TickReport {
  double kimg, kimg_total, images_per_second, seconds_left;
  std::vector<std::pair<std::string, double>> figures;  // losses, D(x), D(G(z))
};

// Receives a run's progress, and may interrupt it. The library itself prints nothing.
class ProgressListener {
 public:
  virtual ~ProgressListener() = default;
  virtual void line(const std::string&) {}  // an event
  virtual void tick(const TickReport&) {}   // each tick
  virtual void warning(const std::string&) {}
  virtual bool interrupted() { return false; }  // called after each step
};

// The layers of a net, as `recipes show` and --dry-run print them.
struct NetTable {
  struct Row {
    std::string layer, kind, shape;
    int64_t parameters, flops;
  };
  std::string name;
  std::vector<Row> rows;
  int64_t parameters, flops;
};

// The estimate of `train --dry-run`: seconds and memory are measured on a few real steps on this
// machine.
struct Plan {
  std::vector<NetTable> nets;
  std::string data;  // "fashion-mnist: 60000 samples of [1, 28, 28], 10 classes"
  int64_t steps;
  double seconds, memory_mb;
};

// Resolves the config's "auto"s and tries a few steps; writes nothing.
Plan plan(Config& config);

// The nets of a recipe for data of a shape, without any data.
std::vector<NetTable> net_tables(const Config& config);

// Trains to the end and returns the run directory. Throws Interrupted (state saved, what() says how
// to go on), Error (FAILED is written where the run had begun).
Path train(Config config, ProgressListener& listener);
Path resume(const Path& run, ProgressListener& listener);

}  // namespace gannet
