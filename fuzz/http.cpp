// A request as its target, headers and body: read, routed and checked, or refused with a status.
#include <string_view>

#include "gannet/base/file_names.h"
#include "gannet/server/http/guard.h"
#include "gannet/server/http/multipart.h"
#include "gannet/server/http/route.h"
#include "gannet/server/http/schema.h"
#include "gannet/server/http/url.h"
#include "property.h"

namespace {

using namespace gannet::server;

Router make_router() {
  Route show{.method = "GET", .pattern = "/api/v1/runs/{id}/files/{name}"};
  show.query = {{"after", integer_schema(-1, 1000), ""}, {"run", name_schema(), ""}};
  Route draw{.method = "POST", .pattern = "/api/v1/generate", .body = BodyKind::json};
  draw.body_schema = object_schema(
      {{"network", name_schema(), "", true},
       {"seeds",
        any_of_schema({array_schema(integer_schema(0, ~uint64_t{0}), 1, 10), string_schema()})},
       {"attributes",
        {{"type", "object"},
         {"additionalProperties", number_schema(-1, 1)},
         {"maxProperties", 9}}}});
  Route send{.method = "POST", .pattern = "/api/v1/detect", .body = BodyKind::form};
  return Router({show, draw, send});
}

// The first line is "METHOD TARGET", then headers up to an empty line, then the body.
Request read(std::string_view text) {
  Request request;
  const auto line = [&] {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view front = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return front;
  };
  const std::string_view first = line();
  const size_t space = std::min(first.find(' '), first.size());
  request.method = first.substr(0, space);
  request.target = first.substr(std::min(space + 1, first.size()));
  for (std::string_view header = line(); !header.empty(); header = line()) {
    const size_t colon = std::min(header.find(':'), header.size());
    request.headers.emplace_back(header.substr(0, colon),
                                 header.substr(std::min(colon + 1, header.size())));
  }
  request.body = text;
  return request;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gannet;
  static const Router router = make_router();
  static const Guard guard({.loopback = true, .host_names = {"school"}, .token = "secret"});
  Request request = read(as_text(input(data, size)));
  try {
    guard.check_origin(request);
    require(request.header("host").find("evil") == std::string::npos, "foreign hosts are refused");
    request.trusted = guard.is_trusted(request);
    const Route* route = router.find(request);
    if (route == nullptr) return 0;
    for (const std::string& argument : request.arguments)
      require(is_utf8(argument) && argument != ".." && !argument.empty(), "arguments are plain");
    guard.check_access(*route, request);
    read_body(*route, request);
    for (const Part& part : request.parts)
      require(part.data.empty() || (part.data.data() >= request.body.data() &&
                                    part.data.data() + part.data.size() <=
                                        request.body.data() + request.body.size()),
              "parts are of the body");
  } catch (const HttpError& error) {
    require(error.status() >= 400 && error.status() < 500, "requests are refused by 4xx");
  }
  return 0;
}
