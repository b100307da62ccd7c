// Trainings that the page starts: `gannet train` and `gannet resume` as child processes. No torch
// in here.
#pragma once

#include <mutex>
#include <string>

#include "gannet/runs/list.h"
#include "gannet/server/children.h"
#include "gannet/server/networks.h"
#include "gannet/server/uploads.h"

namespace gannet::server {

class Trainings {
 public:
  Trainings(Networks& networks, Uploads& uploads, Children& children, size_t most);

  // Each returns the run's id, once the child has its run directory; throws HttpError 422 with the
  // child's own words where it refuses, and 409 where the run is in use or too many run.
  std::string begin(const Json& body);
  std::string resume(const std::string& run, const Json& body);
  std::string fork(const std::string& run, const Json& body);
  // Asks the process that holds the run to save and end. Throws HttpError 409 where none does.
  void stop(const std::string& run);
  void remove(const std::string& run);

  // Says in a run that is stopped by no word of its own how its process ended, if this server
  // started it: `why`. Returns what to do then; "" where there is nothing to say.
  std::string explain(RunSummary& run) const;

  size_t running() const;

 private:
  std::string start(const std::vector<std::string>& arguments, const std::string& run);
  std::string data_of(const std::string& name) const;
  std::vector<std::string> flags(const std::string& recipe, const Json& options) const;
  void check_free(const Path& run) const;

  Networks& networks_;
  Uploads& uploads_;
  Children& children_;
  size_t most_;
  std::mutex starting_;
};

}  // namespace gannet::server
