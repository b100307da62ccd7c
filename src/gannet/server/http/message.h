// Requests and responses of the server as plain values: what routes get and give. No sockets here.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gannet/base/error.h"
#include "gannet/base/files.h"

namespace gannet::server {

using Json = nlohmann::json;
using Pairs = std::vector<std::pair<std::string, std::string>>;

// The value of the first pair of that name, or "".
const std::string& value_of(const Pairs& pairs, std::string_view name);
bool has(const Pairs& pairs, std::string_view name);

// A request that is answered with a status of its own instead of 422 (Error) or 400 (UsageError).
class HttpError : public Error {
 public:
  HttpError(int status, std::string what, std::string hint = "", Pairs headers = {})
      : Error(std::move(what), "", std::move(hint)),
        status_(status),
        headers_(std::move(headers)) {}
  int status() const { return status_; }
  const Pairs& headers() const { return headers_; }

 private:
  int status_;
  Pairs headers_;
};

struct Route;  // route.h

// One part of a multipart body.
struct Part {
  std::string name, file_name, type;
  std::string_view data;  // a view of the body
};

struct Request {
  std::string method, target;          // as they came: "GET", "/api/v1/runs?x=1"
  Pairs headers;                       // names in lower case
  std::vector<std::string> arguments;  // what stood at the {names} of the route's pattern, decoded
  Pairs query;                         // decoded
  std::string body;
  Path body_file;                // of uploads, which go to disk: the body instead
  Json json;                     // of a JSON body, checked against the route's schema
  std::vector<Part> parts;       // of a multipart body in memory
  bool trusted = false;          // has the token, or none is asked for
  const Route* route = nullptr;  // null: a file of the page

  const std::string& header(std::string_view name) const { return value_of(headers, name); }
};

// Text that goes on: an event stream. Polled by one thread at a time.
class EventStream {
 public:
  virtual ~EventStream() = default;
  // What there is to send now, whole events; "" where there is nothing new.
  virtual std::string poll() = 0;
  virtual bool ended() const { return false; }  // after what poll() gave last
  virtual std::chrono::milliseconds interval() const { return std::chrono::milliseconds(500); }
  virtual bool reads_files() const { return true; }  // poll() is then not for the thread of sockets
};

// One event, each line of the text as a data line. An empty id has none.
std::string event_text(std::string_view event, std::string_view data, std::string_view id = "");

struct Response {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  Pairs headers = {};
  std::shared_ptr<EventStream> events = nullptr;  // instead of a body
};

Response json_response(const Json& json, int status = 200);
Response error_response(const HttpError& error);
// Of whatever a handler threw: HttpError as it says, UsageError 400, Error 422, no memory 503,
// others 500.
Response error_response(std::exception_ptr error);

// What every answer has: nothing of another origin runs in the page, and nothing is guessed.
void add_safe_headers(Response& response);

std::string_view status_text(int status);
// Status line and headers of an answer, and the empty line. version: 10 or 11, of the request.
std::string head_text(const Response& response, unsigned version, bool keep_alive);

using Reply = std::function<void(Response)>;

}  // namespace gannet::server
