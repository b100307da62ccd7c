// The target of a request: its path in segments and its query, decoded strictly.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gannet/server/http/message.h"

namespace gannet::server {

struct Target {
  std::vector<std::string> segments;  // of the path, decoded: "/a%2Fb/c" is {"a/b", "c"}
  Pairs query;                        // decoded; '+' is a space
};

// Throws HttpError 400 for what is no path with a query, for wrong escapes, control characters and
// text that is not UTF-8, and for segments "." and "..".
Target parse_target(std::string_view target);

// %XX decoded, with `plus` also '+' as a space. Throws HttpError 400.
std::string percent_decoded(std::string_view text, bool plus = false);
std::string percent_encoded(std::string_view text);  // all but letters, digits and -_.~

}  // namespace gannet::server
