#include "gannet/server/counters.h"

#include <cstdio>

namespace gannet::server {
namespace {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.15g", value);
  return text;
}

std::string head(const std::string& name, const std::string& help, const char* type) {
  return "# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
}

}  // namespace

void Counters::add_request(const std::string& route, int status, double seconds) {
  const std::lock_guard lock(mutex_);
  ++requests_[{route, status}];
  Times& times = times_[route];
  ++times.count;
  times.seconds += seconds;
}

void Counters::add(const std::string& name, int64_t n) {
  const std::lock_guard lock(mutex_);
  others_[name] += n;
}

std::string Counters::text(const std::vector<Gauge>& gauges) const {
  const std::lock_guard lock(mutex_);
  std::string all = head("gannet_requests_total", "answered requests", "counter");
  for (const auto& [key, n] : requests_)
    all += "gannet_requests_total{route=\"" + key.first + "\",status=\"" +
           std::to_string(key.second) + "\"} " + std::to_string(n) + "\n";
  all += head("gannet_request_seconds", "from a request's arrival to its answer", "summary");
  for (const auto& [route, times] : times_)
    all += "gannet_request_seconds_sum{route=\"" + route + "\"} " + number(times.seconds) +
           "\ngannet_request_seconds_count{route=\"" + route + "\"} " +
           std::to_string(times.count) + "\n";
  for (const auto& [name, n] : others_)
    all += head("gannet_" + name + "_total", "since the start", "counter") + "gannet_" + name +
           "_total " + std::to_string(n) + "\n";
  for (const Gauge& gauge : gauges)
    all += head("gannet_" + gauge.name, gauge.help, "gauge") + "gannet_" + gauge.name + " " +
           number(gauge.value) + "\n";
  return all;
}

}  // namespace gannet::server
