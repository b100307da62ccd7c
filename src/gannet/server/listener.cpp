#include "gannet/server/listener.h"

#include <boost/asio/io_context.hpp>
#include <list>

#include "gannet/server/detail/connection.h"

namespace gannet::server {
namespace {

tcp::endpoint endpoint_of(asio::io_context& io, const ListenerOptions& options) {
  const std::string host = options.host == "localhost" ? "127.0.0.1" : options.host;
  error_code failed;
  const auto address = asio::ip::make_address(host, failed);
  if (!failed) return {address, options.port};
  tcp::resolver resolver(io);
  const auto found = resolver.resolve(host, std::to_string(options.port), failed);
  if (failed || found.empty())
    throw UsageError("no address of this machine", "--host " + options.host,
                     "--host 127.0.0.1, or --host 0.0.0.0 for all of its addresses");
  return *found.begin();
}

}  // namespace

struct Listener::State {
  State(ListenerOptions o, Application& application)
      : options(std::move(o)),
        tls(tls_context(options.tls)),
        hub{options, application, counts, tls.get()},
        acceptor(io),
        clock(io) {}

  void bind() {
    const tcp::endpoint endpoint = endpoint_of(io, options);
    error_code failed;
    acceptor.open(endpoint.protocol(), failed);
    if (!failed) acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
    if (!failed) acceptor.bind(endpoint, failed);
    if (!failed) acceptor.listen(256, failed);
    if (failed)
      throw Error("cannot listen there (" + failed.message() + ")",
                  options.host + ":" + std::to_string(options.port),
                  failed == boost::system::errc::address_in_use
                      ? "--port 0 takes a free one"
                      : "--host 127.0.0.1, and a --port above 1023");
  }

  void accept() {
    acceptor.async_accept([this](error_code failed, tcp::socket socket) {
      if (hub.closing || failed == asio::error::operation_aborted) return;
      try {
        if (!failed) take(std::move(socket));
      } catch (const std::exception&) {  // no memory for it: this one is closed
      }
      if (!failed) return accept();
      // No descriptor is left: a moment later there may be one.
      retry.emplace(io, std::chrono::milliseconds(100));
      retry->async_wait([this](error_code) { accept(); });
    });
  }

  void take(tcp::socket socket) {
    error_code failed;
    const auto peer = socket.remote_endpoint(failed);
    if (failed) return;
    socket.set_option(tcp::no_delay(true), failed);
    ++counts.accepted;
    const std::string address = peer.address().to_string();
    const bool own = peer.address().is_loopback();
    std::erase_if(connections, [](const auto& each) { return each.expired(); });
    const auto of_one = std::ranges::count_if(connections, [&](const auto& each) {
      const auto other = each.lock();
      return other && other->address() == address;
    });
    const bool full =
        counts.connections >= static_cast<int64_t>(options.connections) && !make_room();
    const bool too_many = !own && of_one >= static_cast<int64_t>(options.connections_of_one);
    const auto connection = std::make_shared<Connection>(std::move(socket), address, hub);
    if (full || too_many) {
      ++counts.refused;
      return connection->refuse(
          HttpError(503, "too many connections are open", "", {{"Retry-After", "2"}}));
    }
    connections.push_back(connection);
    connection->start();
  }

  // Closes the connection that has waited longest without a request, of those that did so for two
  // seconds: a flood of idle ones shuts nobody out.
  bool make_room() {
    std::shared_ptr<Connection> oldest;
    for (const auto& each : connections)
      if (const auto other = each.lock(); other && other->waiting_since())
        if (!oldest || *other->waiting_since() < *oldest->waiting_since()) oldest = other;
    if (!oldest || Clock::now() - *oldest->waiting_since() < std::chrono::seconds(2)) return false;
    oldest->close();
    return true;
  }

  void watch(const std::function<bool()>& stops) {
    clock.expires_after(std::chrono::milliseconds(250));
    clock.async_wait([this, &stops](error_code) {
      if (!stops()) return watch(stops);
      hub.closing = true;
      error_code ignored;
      acceptor.close(ignored);
      for (const auto& each : connections)
        if (const auto other = each.lock(); other && other->waiting_since()) other->close();
      clock.expires_after(std::chrono::seconds(3));
      clock.async_wait([this](error_code) { io.stop(); });
      wait_for_last();
    });
  }

  // Ends before the three seconds where nothing is left to answer.
  void wait_for_last() {
    if (counts.connections == 0) return io.stop();
    retry.emplace(io, std::chrono::milliseconds(50));
    retry->async_wait([this](error_code) { wait_for_last(); });
  }

  ListenerOptions options;
  ListenerCounts counts;
  std::unique_ptr<TlsContext> tls;
  Hub hub;
  asio::io_context io{1};
  tcp::acceptor acceptor;
  asio::steady_timer clock;
  std::optional<asio::steady_timer> retry;
  std::list<std::weak_ptr<Connection>> connections;
};

Listener::Listener(ListenerOptions options, Application& application)
    : state_(std::make_unique<State>(std::move(options), application)) {
  state_->bind();
}

Listener::~Listener() = default;

uint16_t Listener::port() const { return state_->acceptor.local_endpoint().port(); }
const ListenerCounts& Listener::counts() const { return state_->counts; }

void Listener::run(const std::function<bool()>& stops) {
  state_->accept();
  state_->watch(stops);
  for (;;) {
    try {
      state_->io.run();
      return;
    } catch (const std::exception&) {  // of one connection, which is gone with it
    }
  }
}

}  // namespace gannet::server
