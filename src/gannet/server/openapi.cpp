#include "gannet/server/openapi.h"

#include "gannet/base/version.h"
#include "gannet/server/http/schema.h"

namespace gannet::server {
namespace {

Json error_schema() {
  return {
      {"type", "object"},
      {"properties",
       {{"error", {{"type", "string"}, {"description", "one line: what, where, found, expected"}}},
        {"hint", {{"type", "string"}, {"description", "what to try; may be empty"}}}}},
      {"required", {"error", "hint"}}};
}

Json error_answer(const std::string& help) {
  return {
      {"description", help},
      {"content", {{"application/json", {{"schema", {{"$ref", "#/components/schemas/Error"}}}}}}}};
}

Json parameter(const Parameter& each, const char* in) {
  Json json = {
      {"name", each.name}, {"in", in}, {"required", each.required}, {"schema", each.schema}};
  if (!each.help.empty()) json["description"] = each.help;
  return json;
}

Json request_body(const Route& route) {
  const char* type = route.body == BodyKind::json ? "application/json" : "multipart/form-data";
  return {{"required", true}, {"content", {{type, {{"schema", route.body_schema}}}}}};
}

Json answers(const Route& route) {
  Json all = Json::object();
  for (const Answer& answer : route.answers) {
    Json& json = all[std::to_string(answer.status)];
    json["description"] = answer.help;
    if (answer.type.empty()) continue;
    Json& content = json["content"][answer.type];
    if (!answer.schema.empty())
      content["schema"] = answer.schema;
    else
      content = Json::object();
  }
  const auto add = [&](const char* status, const char* help) {
    if (!all.contains(status)) all[status] = error_answer(help);
  };
  add("400", "a wrong request, or no Host");
  add("401", "the token is missing or wrong");
  add("403", "a foreign Origin, or not for a class");
  add("408", "the request took too long to arrive");
  add("414", "the address is too long");
  add("421", "a foreign Host");
  add("422", "what Gannet refuses, in its own words");
  add("431", "headers too large");
  add("503", "too much to do; Retry-After says when to ask again");
  if (!route.path.empty()) add("404", "there is no such thing");
  if (route.body != BodyKind::none) {
    add("413", "the body is too large");
    add("415", "the body is of another type");
  }
  return all;
}

Json operation(const Route& route) {
  Json json = {{"operationId", route.id},
               {"summary", route.summary},
               {"tags", {route.tag}},
               {"responses", answers(route)}};
  for (const Parameter& each : route.path) json["parameters"].push_back(parameter(each, "path"));
  for (const Parameter& each : route.query) json["parameters"].push_back(parameter(each, "query"));
  if (route.body != BodyKind::none) json["requestBody"] = request_body(route);
  return json;
}

}  // namespace

Json openapi_document(const std::vector<Route>& routes) {
  Json document = {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "Gannet"},
        {"version", std::string(version())},
        {"description",
         "Runs, networks and games of `gannet serve`. With --token each request has the header "
         "Authorization: Bearer TOKEN."}}},
      {"paths", Json::object()},
      {"components",
       {{"schemas", {{"Error", error_schema()}}},
        {"securitySchemes", {{"token", {{"type", "http"}, {"scheme", "bearer"}}}}}}},
      {"security", Json::array({Json::object(), {{"token", Json::array()}}})}};
  for (const Route& route : routes) {
    std::string method = route.method;
    for (char& c : method) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    document["paths"][route.pattern][method] = operation(route);
  }
  return document;
}

}  // namespace gannet::server
