// The bytes of a connection, by TCP or by TLS over it: one type, so that a connection is one class.
// For listener.cpp alone.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "gannet/server/tls.h"

#ifdef GANNET_TLS
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <boost/asio/ssl.hpp>
#endif

namespace gannet::server {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

#ifdef GANNET_TLS
using TlsStream = asio::ssl::stream<tcp::socket&>;
using TlsContext = asio::ssl::context;
inline std::unique_ptr<TlsContext> tls_context(const TlsSettings& settings) {
  if (!settings) return nullptr;
  SSL_CTX_up_ref(settings.get());  // the context takes one
  return std::make_unique<TlsContext>(settings.get());
}
// Did a handshake fail because an HTTP request came instead?
inline bool is_http(error_code failed) {
  return failed.category() == asio::error::get_ssl_category() &&
         ERR_GET_REASON(static_cast<unsigned long>(failed.value())) == SSL_R_HTTP_REQUEST;
}
#else  // stand-ins that are never made
using TlsStream = tcp::socket;
struct TlsContext {};
inline std::unique_ptr<TlsContext> tls_context(const TlsSettings&) { return nullptr; }
inline bool is_http(error_code) { return false; }
#endif

class Stream {
 public:
  using executor_type = tcp::socket::executor_type;

  // tls: null for plain TCP.
  Stream(tcp::socket socket, [[maybe_unused]] TlsContext* tls) : socket_(std::move(socket)) {
#ifdef GANNET_TLS
    if (tls != nullptr) tls_.emplace(socket_, *tls);
#endif
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  executor_type get_executor() { return socket_.get_executor(); }
  tcp::socket& socket() { return socket_; }
  bool is_tls() const { return tls_.has_value() && !plain_; }
  void leave_tls() { plain_ = true; }  // a failed handshake is answered in plain HTTP

  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    return is_tls() ? tls_->async_read_some(buffers, std::forward<Handler>(handler))
                    : socket_.async_read_some(buffers, std::forward<Handler>(handler));
  }
  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    return is_tls() ? tls_->async_write_some(buffers, std::forward<Handler>(handler))
                    : socket_.async_write_some(buffers, std::forward<Handler>(handler));
  }

  // Of is_tls() alone; done(error_code).
  template <class Done>
  void handshake([[maybe_unused]] Done done) {
#ifdef GANNET_TLS
    tls_->async_handshake(TlsStream::server, std::move(done));
#endif
  }
  // Tells the client that nothing more comes, then done().
  template <class Done>
  void shut_down(Done done) {
    const auto end = [this, done = std::move(done)](error_code) {
      error_code ignored;
      socket_.shutdown(tcp::socket::shutdown_send, ignored);
      done();
    };
#ifdef GANNET_TLS
    if (is_tls()) return tls_->async_shutdown(end);
#endif
    end({});
  }

 private:
  tcp::socket socket_;
  std::optional<TlsStream> tls_;
  bool plain_ = false;
};

}  // namespace gannet::server
