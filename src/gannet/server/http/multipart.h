// Bodies of multipart/form-data (RFC 7578), read strictly.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gannet/server/http/message.h"

namespace gannet::server {

inline constexpr size_t kMostParts = 20000;

// The boundary of a Content-Type. Throws HttpError 415 for another type, 400 for no or a wrong
// boundary.
std::string multipart_boundary(std::string_view content_type);

// The parts, in their order, as views of the body. Throws HttpError 400 for anything but a whole
// body of parts with a name each, and for more than `most`.
std::vector<Part> parse_multipart(std::string_view body, std::string_view boundary,
                                  size_t most = kMostParts);

}  // namespace gannet::server
