// Trainings that the page starts: `gannet train` and `gannet resume` as child processes. No torch
// in here.
#pragma once

#include <mutex>
#include <string>

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
