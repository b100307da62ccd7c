// How the server is: health, figures for Prometheus, the session of a token, the document of the
// API.
#include <cmath>

#include "gannet/base/machine.h"
#include "gannet/base/version.h"
#include "gannet/server/api/api.h"
#include "gannet/server/http/schema.h"
#include "gannet/server/openapi.h"

namespace gannet::server {
namespace {

Json health_schema() {
  Json schema =
      object_schema({{"status", choice_schema({"ok"}), "", true},
                     {"version", string_schema(), "", true},
                     {"device", string_schema(), "", true},
                     {"uptime_s", number_schema(0, 1e12), "", true},
                     {"networks_loaded", integer_schema(0, 1u << 30), "", true},
                     {"memory_mb", number_schema(0, 1e9), "", true},
                     {"classroom", boolean_schema(), "", true},
                     {"read_only", boolean_schema(), "this client may change nothing", true}});
  return schema;
}

Json health(const Services& services, const Request& request) {
  const std::chrono::duration<double> up = std::chrono::steady_clock::now() - services.started;
  return {{"status", "ok"},
          {"version", std::string(version())},
          {"device", services.networks.device()},
          {"uptime_s", std::floor(10 * up.count()) / 10},
          {"networks_loaded", services.networks.kept().networks},
          {"memory_mb", std::floor(10 * resident_memory().now_mb) / 10},
          {"classroom", services.options.classroom},
          {"read_only", !request.trusted}};
}

// The token as a cookie, for what a browser loads by itself: pictures, downloads, event streams.
Response session(const Services& services, const Request& request) {
  const auto token = request.json["token"].get<std::string>();
  if (!services.guard.is_token(token))
    throw HttpError(401, "the token is wrong", "", {{"WWW-Authenticate", "Bearer"}});
  return {.status = 204,
          .type = "",
          .headers = {{"Set-Cookie", std::string(kTokenCookie) + "=" + token +
                                         "; Path=/; HttpOnly; SameSite=Strict" +
                                         (services.guard.options().https ? "; Secure" : "")}}};
}

}  // namespace

void add_health_routes(Routes& routes, Services& services) {
  routes.push_back({.method = "GET",
                    .pattern = "/api/v1/health",
                    .id = "health",
                    .tag = "server",
                    .summary = "How the server is",
                    .lane = Lane::sockets,
                    .answers = {{200, "it works", "application/json", health_schema()}},
                    .handler = [&services](const Request& request) {
                      return json_response(health(services, request));
                    }});
  routes.push_back(
      {.method = "POST",
       .pattern = "/api/v1/session",
       .id = "begin_session",
       .tag = "server",
       .summary = "The token as a cookie of this browser",
       .access = Access::open,
       .lane = Lane::sockets,
       .body = BodyKind::json,
       .body_schema = object_schema({{"token", name_schema(), "as --token has it", true}}),
       .answers = {{204, "the cookie is set", ""}},
       .handler = [&services](const Request& request) { return session(services, request); }});
  routes.push_back({.method = "GET",
                    .pattern = "/metrics",
                    .id = "metrics",
                    .tag = "server",
                    .summary = "Figures for Prometheus",
                    .lane = Lane::sockets,
                    .answers = {{200, "figures", "text/plain; version=0.0.4; charset=utf-8"}},
                    .handler = [&services](const Request&) {
                      return Response{.type = "text/plain; version=0.0.4; charset=utf-8",
                                      .body = services.counters.text(services.gauges())};
                    }});
}

void add_openapi_route(Routes& routes) {
  routes.push_back(
      {.method = "GET",
       .pattern = "/api/openapi.json",
       .id = "openapi",
       .tag = "server",
       .summary = "This document",
       .lane = Lane::sockets,
       .answers = {{200, "OpenAPI 3.1", "application/json", open_object_schema("OpenAPI 3.1")}}});
  for (Route& route : routes) complete_path(route);
  const Json document = openapi_document(routes);
  routes.back().handler = [document](const Request&) { return json_response(document); };
}

}  // namespace gannet::server
