// `gannet serve`: the page and the API over a folder of runs. No torch in here.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gannet/server/options.h"

namespace gannet::server {

// Is the page in this build, or the API alone? (No web/dist beside the sources.)
bool has_page();

class Server {
 public:
  // Listens from here on. log: a line for the terminal, from any thread. program: the path of
  // `gannet`, for the trainings that the page starts. Throws Error and UsageError.
  Server(ServerOptions options, std::function<void(const std::string&)> log, std::string program);
  ~Server();

  std::string url() const;  // "http://127.0.0.1:8080/"; https with --tls
  // By which other machines reach it: one for each IPv4 address of this one; none where it listens
  // on one address alone, which is url()'s.
  std::vector<std::string> urls_of_others() const;
  // Answers until `stops` says so.
  void run(const std::function<bool()>& stops);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gannet::server
