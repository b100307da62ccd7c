// The OpenAPI 3.1 document of the routes.
#pragma once

#include <vector>

#include "gannet/server/http/route.h"

namespace gannet::server {

Json openapi_document(const std::vector<Route>& routes);

}  // namespace gannet::server
