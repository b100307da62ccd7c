// What the routes share.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "gannet/server/counters.h"
#include "gannet/server/http/guard.h"
#include "gannet/server/lanes.h"
#include "gannet/server/networks.h"
#include "gannet/server/options.h"

namespace gannet::server {

struct Services {
  const ServerOptions& options;
  const Guard& guard;
  Networks& networks;
  Counters& counters;
  Lanes& lanes;
  size_t drawers;                                        // threads that draw samples
  std::function<void(const std::string&)> log;           // a line for who started the server
  std::function<std::vector<Counters::Gauge>()> gauges;  // of all parts
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();

  Path runs() const { return options.runs; }
};

}  // namespace gannet::server
