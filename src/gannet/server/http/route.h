// The routes: path, method, parameters, schemas and handler of each in one place, from which
// requests are checked and the OpenAPI document is made.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gannet/server/http/message.h"

namespace gannet::server {

// Who may: everyone, also without the token; who may read; who may play (games, quizzes, drawing
// samples: all but what changes files); the owner, who has the token, and nobody of a class
// (--classroom).
enum class Access { open, read, play, own };

// Whose thread runs the handler. `sockets`: at once, on the thread that reads and writes all
// sockets, for what neither computes nor touches a file.
enum class Lane { sockets, files, networks, tools, starts };

struct Parameter {
  std::string name;
  Json schema;
  std::string help;
  bool required = false;
};

enum class BodyKind { none, json, form, upload };  // upload: multipart that goes to disk

struct Answer {
  int status;
  std::string help;
  std::string type = "application/json";
  Json schema = Json::object();
};

using Handler = std::function<Response(const Request&)>;
// Replies later, from any thread, exactly once.
using LateHandler = std::function<void(Request, Reply)>;

struct Route {
  std::string method, pattern;  // "/api/v1/runs/{id}/stats"
  std::string id, tag, summary;
  Access access = Access::read;
  Lane lane = Lane::files;
  std::vector<Parameter> path = {};  // of each {name} in the pattern, in their order
  std::vector<Parameter> query = {};
  BodyKind body = BodyKind::none;
  Json body_schema = Json::object();
  uint64_t most_body = uint64_t{1} << 20;  // bytes
  std::vector<Answer> answers = {};        // besides those that all routes have
  Handler handler = nullptr;
  LateHandler late_handler = nullptr;  // instead
};

// Adds the arguments of its pattern that `path` does not describe.
void complete_path(Route& route);

class Router {
 public:
  explicit Router(std::vector<Route> routes);

  const std::vector<Route>& routes() const { return routes_; }

  // The route of a request, whose arguments and query are filled and checked. Null where no
  // pattern fits and the path is not below /api: a file of the page. HEAD is answered as GET.
  // Throws HttpError 400, 404 or 405.
  const Route* find(Request& request) const;

 private:
  struct Pattern {
    std::vector<std::string> segments;  // "" stands for an argument
  };
  std::vector<Route> routes_;
  std::vector<Pattern> patterns_;
};

// Reads and checks the body as the route has it: JSON into request.json, multipart into
// request.parts. Throws HttpError.
void read_body(const Route& route, Request& request);

// A value of the query, as its schema has it; null where it is not there.
Json query_value(const Route& route, const Request& request, std::string_view name);

}  // namespace gannet::server
