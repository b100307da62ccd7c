#include "gannet/server/http/route.h"

#include <algorithm>
#include <set>

#include "gannet/server/http/multipart.h"
#include "gannet/server/http/schema.h"
#include "gannet/server/http/url.h"

namespace gannet::server {
namespace {

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& segments) {
  return std::ranges::equal(pattern, segments, [](const auto& wanted, const auto& found) {
    return wanted.empty() ? !found.empty() : wanted == found;
  });
}

const Parameter* find_parameter(const std::vector<Parameter>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &Parameter::name);
  return found == all.end() ? nullptr : &*found;
}

void check_parameters(const Route& route, const Request& request) {
  for (size_t i = 0; i < request.arguments.size(); ++i)
    value_from_text(route.path.at(i).schema, request.arguments[i],
                    route.path[i].name + " in the address");
  for (const auto& [name, value] : request.query) {
    const Parameter* known = find_parameter(route.query, name);
    if (known == nullptr) {
      std::string names;
      for (const Parameter& each : route.query) names += (names.empty() ? "" : ", ") + each.name;
      throw HttpError(400, "the query has an unknown '" + name + "'",
                      names.empty() ? "it takes none" : "it takes " + names);
    }
    value_from_text(known->schema, value, name + " in the query");
  }
  for (const Parameter& each : route.query)
    if (each.required && !has(request.query, each.name))
      throw HttpError(400, "the query lacks '" + each.name + "'");
}

std::string content_type(const Request& request) {
  const std::string& header = request.header("content-type");
  std::string type = header.substr(0, header.find(';'));
  while (type.ends_with(' ')) type.pop_back();
  std::ranges::transform(type, type.begin(), [](unsigned char c) { return std::tolower(c); });
  return type;
}

}  // namespace

namespace {

std::vector<std::string> parts_of(const std::string& pattern) {
  std::vector<std::string> parts;
  for (size_t at = 1; at <= pattern.size();) {
    const size_t end = std::min(pattern.find('/', at), pattern.size());
    parts.push_back(pattern.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

}  // namespace

void complete_path(Route& route) {
  size_t arguments = 0;
  for (const std::string& part : parts_of(route.pattern))
    if (part.starts_with('{') && route.path.size() <= arguments++)
      route.path.push_back({part.substr(1, part.size() - 2), name_schema(), "", /*required=*/true});
}

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
  for (Route& route : routes_) {
    complete_path(route);
    Pattern pattern;
    for (const std::string& part : parts_of(route.pattern))
      pattern.segments.push_back(part.starts_with('{') ? "" : part);
    patterns_.push_back(std::move(pattern));
  }
}

const Route* Router::find(Request& request) const {
  const Target target = parse_target(request.target);
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  std::set<std::string> allowed;
  for (size_t i = 0; i < routes_.size(); ++i) {
    const std::vector<std::string>& pattern = patterns_[i].segments;
    if (!fits(pattern, target.segments)) continue;
    allowed.insert(routes_[i].method);
    if (routes_[i].method != method) continue;
    request.query = target.query;
    request.arguments.clear();
    for (size_t k = 0; k < pattern.size(); ++k)
      if (pattern[k].empty()) request.arguments.push_back(target.segments[k]);
    check_parameters(routes_[i], request);
    return &routes_[i];
  }
  if (!allowed.empty()) {
    std::string names;
    for (const std::string& each : allowed) names += (names.empty() ? "" : ", ") + each;
    throw HttpError(405, request.method + " is not for this address, it takes " + names, "",
                    {{"Allow", names}});
  }
  if (target.segments[0] == "api")
    throw HttpError(404, "there is nothing here", "/api/openapi.json lists what there is");
  if (method != "GET")
    throw HttpError(405, request.method + " is not for this address, it takes GET", "",
                    {{"Allow", "GET"}});
  return nullptr;
}

void read_body(const Route& route, Request& request) {
  if (route.body == BodyKind::json) {
    if (content_type(request) != "application/json")
      throw HttpError(415, "expected a body of application/json",
                      "the header Content-Type: application/json");
    request.json = parse_json(request.body);
    check_schema(route.body_schema, request.json, "the body");
  }
  if (route.body == BodyKind::form)
    request.parts =
        parse_multipart(request.body, multipart_boundary(request.header("content-type")), 1000);
  if (route.body == BodyKind::upload) (void)multipart_boundary(request.header("content-type"));
}

Json query_value(const Route& route, const Request& request, std::string_view name) {
  if (!has(request.query, name)) return {};
  const Parameter* known = find_parameter(route.query, name);
  return value_from_text(known->schema, value_of(request.query, name), std::string(name));
}

}  // namespace gannet::server
