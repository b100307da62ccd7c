#include "gannet/server/http/guard.h"

#include <algorithm>
#include <cctype>

namespace gannet::server {
namespace {

std::string lower(std::string_view text) {
  std::string all(text);
  std::ranges::transform(all, all.begin(), [](unsigned char c) { return std::tolower(c); });
  return all;
}

bool is_port(std::string_view rest) {
  return rest.empty() || (rest[0] == ':' && rest.size() <= 6 &&
                          rest.substr(1).find_first_not_of("0123456789") == std::string::npos);
}

// The name of "name:port", without a last dot, and an IPv6 address without its brackets; "" where
// it is not so written.
std::string host_name(std::string_view host) {
  const bool brackets = host.starts_with('[');
  const size_t end = std::min(host.find(brackets ? ']' : ':'), host.size());
  if (brackets && end == host.size()) return "";
  if (!is_port(host.substr(brackets ? end + 1 : end))) return "";
  std::string name = lower(host.substr(brackets, end - brackets));
  if (name.ends_with('.')) name.pop_back();
  return name;
}

// Digits and dots, or an IPv6 address: no name that a foreign DNS could lead here.
bool is_address(std::string_view host, std::string_view name) {
  if (host.starts_with('['))
    return name.find_first_not_of("0123456789abcdef:.") == std::string::npos && !name.empty();
  return name.find_first_not_of("0123456789.") == std::string::npos &&
         std::ranges::count(name, '.') == 3;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  unsigned char differ = a.size() == b.size() ? 0 : 1;
  for (size_t i = 0; i < a.size(); ++i)
    differ |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i % b.size()]);
  return differ == 0;
}

std::string cookie(const Request& request, std::string_view name) {
  const std::string& all = request.header("cookie");
  for (size_t at = 0; at < all.size();) {
    const size_t end = std::min(all.find(';', at), all.size());
    std::string_view pair = std::string_view(all).substr(at, end - at);
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('='))
      return std::string(pair.substr(name.size() + 1));
    at = end + 1;
  }
  return "";
}

}  // namespace

bool is_loopback_name(std::string_view host) {
  return host == "localhost" || host == "::1" ||
         (host.starts_with("127.") && is_address(host, host));
}

bool Guard::is_own_host(std::string_view host) const {
  const std::string name = host_name(host);
  if (is_loopback_name(name) ||
      std::ranges::find(options_.host_names, name) != options_.host_names.end())
    return true;
  return !options_.loopback && is_address(host, name);
}

void Guard::check_origin(const Request& request) const {
  const std::string& host = request.header("host");
  if (host.empty()) throw HttpError(400, "the request has no Host");
  if (std::ranges::count(request.headers, "host", &Pairs::value_type::first) > 1)
    throw HttpError(400, "the request has more than one Host");
  if (!is_own_host(host))
    throw HttpError(421, "this server is not reached by the name in Host",
                    options_.loopback ? "it listens on 127.0.0.1"
                                      : "gannet serve --host-name NAME allows one more");
  const std::string& origin = request.header("origin");
  const std::string own = (options_.https ? "https://" : "http://") + lower(host);
  if (has(request.headers, "origin") && lower(origin) != own)
    throw HttpError(403, "a page of another origin may not ask here");
  if (request.header("sec-fetch-site") == "cross-site" &&
      request.header("sec-fetch-mode") != "navigate")
    throw HttpError(403, "a page of another site may not load this");
}

bool Guard::is_token(std::string_view text) const {
  return !options_.token.empty() && equal_in_constant_time(text, options_.token);
}

bool Guard::is_trusted(const Request& request) const {
  if (options_.token.empty()) return !options_.classroom;
  const std::string& header = request.header("authorization");
  if (lower(header.substr(0, 7)) == "bearer ") return is_token(header.substr(7));
  return is_token(cookie(request, kTokenCookie));
}

void Guard::check_access(const Route& route, const Request& request) const {
  if (request.trusted || route.access == Access::open) return;
  if (options_.classroom) {
    if (route.access != Access::own) return;
    throw HttpError(403, "in a class one may look, draw samples and play, not this");
  }
  throw HttpError(401, "the token is missing or wrong", "the header Authorization: Bearer TOKEN",
                  {{"WWW-Authenticate", "Bearer"}});
}

}  // namespace gannet::server
