// The options of `gannet serve`. No torch in here.
#pragma once

#include <cstdint>
#include <string>

#include "gannet/base/options.h"

namespace gannet::server {

struct ServerOptions : Fields {
  std::string host = "127.0.0.1", runs = "runs", token, tls, host_name, network, web;
  int64_t port = 8080, threads = -1, queue = 64, memory = 1024, upload = 512, trainings = 2,
          games = 32, request_time = 60;
  bool classroom = false;
  std::string device = "auto";
  void fields(FieldVisitor& v) override;
};

// Throws UsageError for options that contradict each other: another host than this machine's own
// without a token or a class.
void check(const ServerOptions& options);

}  // namespace gannet::server
