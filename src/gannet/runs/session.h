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

class Processes;  // training/processes.h

// Trains to the end and returns the run directory. group: together with other processes; this is
// process 0 of them, which alone writes, evaluates and reports, and the others follow(). Throws
// Interrupted (state, network and grid saved, what() says how to go on), Error (FAILED is written
// where the run had begun).
Path train(Config config, ProgressListener& listener, Processes* group = nullptr);

// Options of a run and their new values as text.
using OptionChanges = std::vector<std::pair<std::string, std::string>>;

// Goes on with a run that was stopped, bit for bit; with a larger "kimg" also with a finished one,
// as if it had been asked for at first, but for schedules over the whole run, which stay as they
// ended. `changes`: what may change in the middle of a run (fixed_option()), from here on; written
// into options.json with the step. Throws UsageError naming an option that may not.
// With a group of any number of processes, as train().
Path resume(const Path& run, ProgressListener& listener, const OptionChanges& changes = {},
            Processes* group = nullptr);

// The part of a group's other processes: takes part in whatever process 0 trains, until that calls
// end_followers(), and returns the status it gives there. Of the listener only interrupted() is
// asked: an interrupt of any process stops the run. Throws LostProcess, and Error where this
// process cannot do its part.
int follow(Processes& group, ProgressListener& listener);
void end_followers(Processes& group, int status);

// The config of a run, from its options.json.
Config config_of_run(const Path& run);

// Why an option cannot change in the middle of a run, or "".
std::string fixed_option(const std::string& name);

}  // namespace gannet
