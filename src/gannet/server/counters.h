// What the server counts, for /metrics.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "gannet/server/http/message.h"

namespace gannet::server {

class Counters {
 public:
  void add_request(const std::string& route, int status, double seconds);
  void add(const std::string& name, int64_t n = 1);

  // Prometheus' text format; `gauges`: values of now, by their names, with their help.
  struct Gauge {
    std::string name, help;
    double value;
  };
  std::string text(const std::vector<Gauge>& gauges) const;

 private:
  struct Times {
    int64_t count = 0;
    double seconds = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, int64_t> requests_;
  std::map<std::string, Times> times_;
  std::map<std::string, int64_t> others_;
};

}  // namespace gannet::server
