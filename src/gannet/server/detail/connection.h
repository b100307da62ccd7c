// One connection: requests one after the other, each within its time and bounds. For listener.cpp
// alone, which is the one source that compiles Boost.Beast.
#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <memory>
#include <optional>
#include <string>

#include "gannet/server/detail/stream.h"
#include "gannet/server/listener.h"

namespace gannet::server {

namespace beast = boost::beast;
namespace http = beast::http;

// What all connections share.
struct Hub {
  const ListenerOptions& options;
  Application& application;
  ListenerCounts& counts;
  TlsContext* tls;  // null: plain HTTP
  bool closing = false;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, std::string address, Hub& hub)
      : stream_(std::move(socket), hub.tls),
        timer_(stream_.get_executor()),
        address_(std::move(address)),
        hub_(hub) {
    ++hub_.counts.connections;
  }
  ~Connection() {
    --hub_.counts.connections;
    if (streams_) --hub_.counts.streams;
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start() { stream_.is_tls() ? shake_hands() : wait_for_request(); }
  // Answers at once with an error, and reads nothing. TLS would have to be agreed on first: it is
  // closed.
  void refuse(const HttpError& error) {
    if (stream_.is_tls()) return close();
    keep_alive_ = false;
    write(error_response(error));
  }
  const std::string& address() const { return address_; }
  // Since when it is neither answered nor has a whole head; none of others.
  std::optional<Clock::time_point> waiting_since() const { return waiting_since_; }
  void close() {
    error_code ignored;
    ++deadline_;
    timer_.cancel();
    stream_.socket().close(ignored);
  }

 private:
  // Calls `late` unless another deadline, or none, is set before.
  void set_deadline(std::chrono::milliseconds time, std::function<void()> late) {
    timer_.expires_after(time);
    timer_.async_wait([self = shared_from_this(), number = ++deadline_,
                       late = std::move(late)](error_code failed) {
      if (!failed && number == self->deadline_) late();
    });
  }

  void shake_hands() {
    waiting_since_ = Clock::now();
    set_deadline(std::min(hub_.options.request_time, kHandshakeTime),
                 [this] { ++hub_.counts.timeouts, close(); });
    stream_.handshake([self = shared_from_this()](error_code failed) {
      if (!failed) return self->wait_for_request();
      if (!is_http(failed)) return self->close();
      self->stream_.leave_tls();
      self->refuse(HttpError(400, "this port speaks HTTPS", "https:// instead of http://"));
    });
  }

  void wait_for_request() {
    waiting_since_ = Clock::now();
    if (hub_.closing) return close();
    if (buffer_.size() > 0) return read_head();
    set_deadline(hub_.options.request_time, [this] { close(); });
    stream_.async_read_some(buffer_.prepare(scratch_.size()),
                            [self = shared_from_this()](error_code failed, size_t size) {
                              self->buffer_.commit(size);
                              failed ? self->close() : self->read_head();
                            });
  }

  void read_head() {
    head_.emplace();
    head_->header_limit(static_cast<uint32_t>(hub_.options.most_header));
    head_->body_limit(boost::none);
    text_.reset();
    file_.reset();
    late_ = false;
    set_deadline(hub_.options.request_time, [this] {
      ++hub_.counts.timeouts;
      late_ = true;
      stream_.socket().cancel();
    });
    http::async_read_header(stream_, buffer_, *head_,
                            [self = shared_from_this()](error_code failed, size_t) {
                              failed ? self->failed_to_read(failed) : self->admit();
                            });
  }

  void failed_to_read(error_code failed) {
    keep_alive_ = false;
    if (late_) {
      write(error_response(HttpError(408, "the request took longer than " +
                                              std::to_string(hub_.options.request_time.count()) +
                                              " s to arrive")));
    } else if (failed == http::error::header_limit || failed == http::error::buffer_overflow) {
      write(
          error_response(HttpError(431, "the headers are larger than " +
                                            std::to_string(hub_.options.most_header) + " bytes")));
    } else if (failed == http::error::body_limit) {
      write(error_response(too_large()));
    } else if (file_ && failed.category() == boost::system::system_category() &&
               failed.value() != ECONNRESET && failed.value() != EPIPE) {
      write(error_response(not_kept(failed)));
    } else if (failed.category() == make_error_code(http::error::bad_method).category() &&
               failed != http::error::end_of_stream && failed != http::error::partial_message) {
      write(error_response(HttpError(400, "not an HTTP request (" + failed.message() + ")")));
    } else {
      close();
    }
  }

  static HttpError not_kept(error_code failed) {
    return {503, "cannot keep the upload (" + failed.message() + ")", "", {{"Retry-After", "60"}}};
  }

  HttpError too_large() const {
    return {413, "the body is larger than " + std::to_string(admission_.most_body) + " bytes"};
  }

  void admit() {
    waiting_since_.reset();
    const auto& head = head_->get();
    request_ = {};
    request_.method = std::string(head.method_string());
    request_.target = std::string(head.target());
    for (const auto& field : head) {
      std::string name(field.name_string());
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      request_.headers.emplace_back(std::move(name), std::string(field.value()));
    }
    is_head_ = request_.method == "HEAD";
    version_ = head.version();
    keep_alive_ = head_->keep_alive();
    try {
      admission_ = hub_.application.admit(request_);
      if (const auto length = head_->content_length(); length && *length > admission_.most_body)
        throw too_large();
    } catch (...) {
      keep_alive_ = keep_alive_ && head_->is_done();
      return write(error_response(std::current_exception()));
    }
    if (value_of(request_.headers, "expect") == "100-continue")
      return asio::async_write(stream_, asio::buffer(std::string_view(kContinue)),
                               [self = shared_from_this()](error_code failed, size_t) {
                                 failed ? self->close() : self->read_body();
                               });
    read_body();
  }

  void read_body() {
    const auto done = [self = shared_from_this()](error_code failed, size_t) {
      failed ? self->failed_to_read(failed) : self->handle();
    };
    if (admission_.file.empty()) {
      text_.emplace(std::move(*head_));
      text_->body_limit(admission_.most_body);
      return http::async_read(stream_, buffer_, *text_, done);
    }
    file_.emplace(std::move(*head_));
    file_->body_limit(admission_.most_body);
    error_code failed;
    file_->get().body().open(admission_.file.c_str(), beast::file_mode::write, failed);
    if (failed) {
      keep_alive_ = false;
      return write(error_response(not_kept(failed)));
    }
    http::async_read(stream_, buffer_, *file_, done);
  }

  void handle() {
    ++deadline_;
    timer_.cancel();
    if (text_) request_.body = std::move(text_->get().body());
    if (file_) file_->get().body().close();
    request_.body_file = admission_.file;
    hub_.application.handle(
        std::move(request_), [self = shared_from_this(), keeps = admission_.keeps,
                              executor = stream_.get_executor()](Response response) {
          asio::post(executor, [self, response = std::move(response)]() mutable {
            self->write(std::move(response));
          });
        });
    admission_ = {};
  }

  void write(Response response) {
    waiting_since_.reset();
    add_safe_headers(response);
    if (response.events) {
      if (hub_.counts.streams < static_cast<int64_t>(hub_.options.streams))
        return begin_stream(std::move(response));
      response = error_response(
          HttpError(503, "too many event streams are open", "", {{"Retry-After", "10"}}));
      add_safe_headers(response);
    }
    out_ = head_text(response, version_, keep_alive_);
    const bool bare = is_head_ || response.status == 304 || response.status == 204;
    if (!bare) out_ += response.body;
    set_deadline(hub_.options.write_time, [this] { ++hub_.counts.timeouts, close(); });
    asio::async_write(stream_, asio::buffer(out_),
                      [self = shared_from_this()](error_code failed, size_t) {
                        if (failed) return self->close();
                        self->keep_alive_ ? self->wait_for_request() : self->linger();
                      });
  }

  // The client may not have read its answer yet: what it still sends is read and dropped for a
  // moment, since closing at once would take the answer away.
  void linger() {
    set_deadline(std::chrono::seconds(2), [this] { close(); });
    stream_.shut_down([self = shared_from_this()] { self->drop_input(self->stream_.socket()); });
  }
  template <class From>
  void drop_input(From& from) {
    from.async_read_some(asio::buffer(scratch_),
                         [self = shared_from_this(), &from](error_code failed, size_t) {
                           failed ? self->close() : self->drop_input(from);
                         });
  }

  void begin_stream(Response response) {
    ++hub_.counts.streams;
    streams_ = true;
    keep_alive_ = false;
    events_ = response.events;
    out_ = head_text(response, version_, keep_alive_);
    if (is_head_) events_.reset();
    last_sent_ = Clock::now();
    drop_input(stream_);  // ends when the client leaves
    send_events();
  }

  void send_events() {
    set_deadline(hub_.options.write_time, [this] { close(); });
    asio::async_write(
        stream_, asio::buffer(out_), [self = shared_from_this()](error_code failed, size_t) {
          if (failed || !self->events_ || self->events_->ended() || self->hub_.closing)
            return self->close();
          self->wait_for_events();
        });
  }

  void wait_for_events() {
    set_deadline(events_->interval(), [this] { poll(); });
  }

  void poll() {
    if (!events_->reads_files()) return polled(events_->poll());
    try {
      hub_.application.run_elsewhere(
          [self = shared_from_this(), executor = stream_.get_executor()] {
            std::string text;
            try {
              text = self->events_->poll();
            } catch (const std::exception&) {  // the run is gone
              return asio::post(executor, [self] { self->close(); });
            }
            asio::post(executor, [self, text = std::move(text)] { self->polled(text); });
          });
    } catch (const HttpError&) {  // busy: a little later
      wait_for_events();
    }
  }

  void polled(std::string text) {
    if (!stream_.socket().is_open()) return;
    if (text.empty() && Clock::now() - last_sent_ > std::chrono::seconds(15)) text = ": alive\n\n";
    if (text.empty() && !events_->ended() && !hub_.closing) return wait_for_events();
    if (!text.empty()) last_sent_ = Clock::now();
    out_ = std::move(text);
    send_events();
  }

  static constexpr const char* kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  static constexpr std::chrono::seconds kHandshakeTime{10};

  Stream stream_;
  asio::steady_timer timer_;
  std::string address_;
  Hub& hub_;
  beast::flat_buffer buffer_{65536};
  std::optional<http::request_parser<http::empty_body>> head_;
  std::optional<http::request_parser<http::string_body>> text_;
  std::optional<http::request_parser<http::file_body>> file_;
  Request request_;
  Admission admission_;
  std::string out_;
  std::array<char, 4096> scratch_;
  std::shared_ptr<EventStream> events_;
  std::optional<Clock::time_point> waiting_since_;
  Clock::time_point last_sent_;
  uint64_t deadline_ = 0;  // the number of the one that counts
  unsigned version_ = 11;
  bool keep_alive_ = true, is_head_ = false, late_ = false, streams_ = false;
};

}  // namespace gannet::server
