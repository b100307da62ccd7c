// Who may ask: the Host and Origin of a request, and its token.
#pragma once

#include <string>
#include <vector>

#include "gannet/server/http/message.h"
#include "gannet/server/http/route.h"

namespace gannet::server {

struct GuardOptions {
  bool loopback = true;                 // it listens on a loopback address alone
  std::vector<std::string> host_names;  // further names that it is reached by
  std::string token;                    // "": everyone who reaches it is trusted
  bool classroom = false;               // who has no token may read and play
  bool https = false;
};

inline constexpr std::string_view kTokenCookie = "gannet_token";

class Guard {
 public:
  explicit Guard(GuardOptions options) : options_(std::move(options)) {}

  // Throws HttpError: 400 without a Host, 421 for a foreign one (DNS rebinding: a page elsewhere
  // whose name leads here), 403 for a foreign Origin and for what another site's page loads.
  void check_origin(const Request& request) const;

  // Is the token among its headers, as a bearer or a cookie? Compared in constant time. Where there
  // is no token to have: all are trusted, but of a class none.
  bool is_trusted(const Request& request) const;
  bool is_token(std::string_view text) const;

  // Throws HttpError 401 or 403 for a route that the request may not use.
  void check_access(const Route& route, const Request& request) const;

  const GuardOptions& options() const { return options_; }

 private:
  bool is_own_host(std::string_view host) const;

  GuardOptions options_;
};

// "127.0.0.1", "::1", "127.0.0.53", "localhost"
bool is_loopback_name(std::string_view host);

}  // namespace gannet::server
