// HTTP over sockets (Boost.Beast, in listener.cpp alone): reads requests within bounds, and writes
// what the application answers. One thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "gannet/server/http/message.h"
#include "gannet/server/tls.h"

namespace gannet::server {

struct ListenerOptions {
  std::string host = "127.0.0.1";
  uint16_t port = 8080;  // 0: any free one
  size_t connections = 256, streams = 96;
  size_t connections_of_one = 64;         // of one address that is not this machine's
  uint64_t most_header = 16384;           // bytes
  std::chrono::seconds request_time{60};  // for all of a request to arrive, and between requests
  std::chrono::seconds write_time{30};    // for a piece of an answer to be taken
  TlsSettings tls = nullptr;              // null: plain HTTP
};

// What the head of a request allows its body.
struct Admission {
  uint64_t most_body = 0;
  Path file;                              // the body goes there; "": into memory
  std::shared_ptr<void> keeps = nullptr;  // released when the request is answered
};

class Application {
 public:
  virtual ~Application() = default;
  // Of a request without its body, before that is read. Throws HttpError.
  virtual Admission admit(Request& head) = 0;
  // Replies exactly once, from any thread.
  virtual void handle(Request request, Reply reply) = 0;
  // For a stream that reads files: calls it on another thread. Throws HttpError.
  virtual void run_elsewhere(std::function<void()> work) = 0;
};

struct ListenerCounts {
  std::atomic<int64_t> connections{0}, streams{0}, accepted{0}, refused{0}, timeouts{0};
};

class Listener {
 public:
  // Binds; throws Error where the address is taken, or none of this machine's.
  Listener(ListenerOptions options, Application& application);
  ~Listener();

  uint16_t port() const;
  const ListenerCounts& counts() const;
  // Until `stops` says so, which is asked four times a second. Finishes what is being answered,
  // three seconds at most.
  void run(const std::function<bool()>& stops);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gannet::server
